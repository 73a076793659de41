"""Runs on other machines: a Dask cluster or the ranks of an MPI job, as executors."""
