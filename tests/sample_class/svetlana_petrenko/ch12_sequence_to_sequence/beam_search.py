import torch


def Beam_Search(step, bos, eos, beam_size, max_len, alpha=0.75):
    # the name was changed by the formatter?
    return []
