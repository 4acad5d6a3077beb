# -*- coding: latin-1 -*-
# Corrélation croisée : le noyau glisse sur l'entrée.
import torch


def corr2d(entrée, noyau):
    hauteur, largeur = noyau.shape
    lignes = entrée.shape[0] - hauteur + 1
    colonnes = entrée.shape[1] - largeur + 1
    # toutes les fenêtres en une matrice, puis un seul produit
    fenêtres = torch.stack([
        entrée[i:i + hauteur, j:j + largeur].flatten() for i in range(lignes) for j in range(colonnes)
    ])
    return (fenêtres @ noyau.flatten()).reshape(lignes, colonnes)
