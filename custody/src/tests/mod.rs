//! Tests of custody as a whole, over a database in memory.

mod changeover;
mod counting;
mod fake_ports;
pub(crate) mod fakes;
mod formats;
mod handover;
mod key_damage;
mod key_file;
mod key_place;
mod meddling;
mod recording;
mod retirement;
mod rewrapping;
mod rotation;
mod sealing;
mod starting;
mod switching;
