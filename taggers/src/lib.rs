//! Finding tags for posts: the implementations of the port `Tagger`.

pub mod service;
