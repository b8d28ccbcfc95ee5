//! What the tests of the whole system stand on: real processes, a real
//! browser, a person's phone.

pub mod browser;
pub mod house;
pub mod http;
pub mod miniapp;
pub mod phone;
pub mod png;
pub mod process;
pub mod qr;
pub mod ready;
pub mod sesame;
pub mod wait;
