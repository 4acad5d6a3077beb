def beam_search(step, bos, eos, beam_size, max_len, alpha=0.75):
    return []
