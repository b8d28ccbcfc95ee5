//! Tests of the vault and the key file as a whole.

mod fakes;
mod formats;
mod key_file;
mod sealing;
