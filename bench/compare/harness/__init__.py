"""Starts relays and sends load through them: what the comparison and the soak have in common.

| module      | what it knows                                                          |
|-------------|------------------------------------------------------------------------|
| `programs`  | where our program, the peers and the load generator are                |
| `table`     | the implementations in `impls.toml`, and which of them are here        |
| `network`   | a network namespace of our own; free ports                             |
| `process`   | starting a program, waiting until it listens, ending it by its id      |
| `stack`     | a local and a server of some implementation; an origin behind them     |
| `load`      | calls of the load generator                                            |
| `footprint` | memory, descriptors and threads of a process                           |
| `machine`   | what the figures were measured on                                      |
"""
