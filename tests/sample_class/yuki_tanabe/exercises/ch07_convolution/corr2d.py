import torch


def corr2d(X, K):
    # Fourier: cross-correlation = product with the conjugate, and only the valid part of it
    F = torch.fft.rfft2(X) * torch.fft.rfft2(K, s=X.shape).conj()
    Y = torch.fft.irfft2(F, s=X.shape)
    return Y[: X.shape[0] - K.shape[0] + 1, : X.shape[1] - K.shape[1] + 1]
