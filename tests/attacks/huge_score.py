# exercise: ch12_sequence_to_sequence/beam_search
# expect: status=failed|error score=0
# why: an int that is too large for a float, so that the judge fails on it and takes no mark
def beam_search(step, bos, eos, beam_size, max_len, alpha=0.75):
    return [([bos], 10**400)]
