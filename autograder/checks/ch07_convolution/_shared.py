"""What the exercises share in which a kernel slides over an image."""

IMAGE, KERNEL = ("height", "width"), ("kernel_height", "kernel_width")
SIDES = " ".join(IMAGE + KERNEL)  # columns of a table of cases
SIZES = {
    **dict.fromkeys(IMAGE, (6, 9)),
    **dict.fromkeys(KERNEL, (2, 4)),
    **{"rows": "height - kernel_height + 1", "columns": "width - kernel_width + 1"},
}
