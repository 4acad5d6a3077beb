from __future__ import annotations

import heapq
from dataclasses import dataclass, field

import torch


@dataclass(order=True)
class Node:
    logp: float
    token: int = field(compare=False)
    parent: Node | None = field(compare=False, default=None)

    def path(self):
        node, tokens = self, []
        while node is not None:
            tokens.append(node.token)
            node = node.parent
        return tokens[::-1]


def beam_search(step, bos, eos, beam_size, max_len, alpha=0.75):
    frontier, leaves = [Node(0.0, bos)], []
    for depth in range(1, max_len + 1):
        rows = step(torch.tensor([node.path() for node in frontier]))
        children = (
            Node(node.logp + float(rows[i, v]), v, node) for i, node in enumerate(frontier) for v in range(rows.shape[1])
        )
        best = heapq.nlargest(beam_size, children)
        leaves += [n for n in best if n.token == eos or depth == max_len]
        frontier = [n for n in best if n.token != eos]
        if not frontier:
            break

    def score(node):
        tokens = node.path()[1:]
        return tokens, node.logp / len(tokens) ** alpha

    return sorted(map(score, leaves), key=lambda pair: pair[1], reverse=True)
