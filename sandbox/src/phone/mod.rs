//! The page that plays a person's phone, and the script that lets Mini Apps
//! talk to it.

mod assets;
mod router;

pub use router::router;
