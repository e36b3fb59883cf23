#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes digits.h5, the UCI handwritten digits as the library's examples read them.

Needs scikit-learn (which ships the data), numpy and h5py; the file in this folder was made with
scikit-learn 1.9.1, numpy 2.4.6 and h5py 3.16.0:

    python3 make_digits.py [digits.h5]
"""
import sys

import h5py
import numpy
from sklearn.datasets import load_digits


def main() -> None:
    path = sys.argv[1] if len(sys.argv) > 1 else "digits.h5"
    digits = load_digits()
    images = digits.images
    if images.shape != (1797, 8, 8) or not numpy.array_equal(images, images.astype("u1")):
        raise SystemExit("expected 1,797 images of 8 x 8 whole numbers")
    # Version 1.8 of the format carries checksums and is read by every HDF5 since 2008.
    with h5py.File(path, "w", libver=("v108", "v108"), track_order=False) as file:
        options = dict(compression="gzip", compression_opts=9, shuffle=True, fletcher32=True,
                       track_times=False)
        file.create_dataset("images", data=images.astype("u1"), chunks=(1797, 8, 8), **options)
        file.create_dataset("labels", data=digits.target.astype("u1"), chunks=(1797,), **options)
        file.attrs["title"] = "Optical Recognition of Handwritten Digits"
        file.attrs["authors"] = "E. Alpaydin, C. Kaynak"
        file.attrs["source"] = "UCI ML Repository, 1998, https://doi.org/10.24432/C50P49"
        file.attrs["licence"] = "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/"
        file.attrs["changes"] = "the test part of the original, as 8-bit integers"


if __name__ == "__main__":
    main()
