mod bases;
mod checkpoints;
mod memory;
mod pruning;
mod tampering;
