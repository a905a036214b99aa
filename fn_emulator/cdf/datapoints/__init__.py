"""Datapoints of the in-memory CDF: their store, aggregates, time arguments and protobuf messages; plain functions."""
