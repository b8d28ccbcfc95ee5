//! The local tagger: what it does, and how well.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod baselines;
mod behaviour;
mod cost;
mod labelled;
mod many_posts;
mod posts;
mod quality;
