//! What is kept opens, and only where it belongs.

mod attacks;
mod places;
mod world;
