"use strict";
document.querySelectorAll(".snippet button").forEach(button => {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const code = button.closest(".snippet").querySelector("pre");
    getSelection().selectAllChildren(code);
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = button.dataset.done;
    } catch {
      document.execCommand("copy");
    }
  });
});
