//! A stand-in for a service that tags: chat completions over HTTP on 127.0.0.1, with
//! faults on command. It keeps all that it received.

mod answering;
mod behaviour;
mod deaf;
mod received;
mod server;

pub use behaviour::Behaviour;
pub use deaf::DeafListener;
pub use received::Received;
pub use server::TaggingService;
