//! The web server, asked over HTTP as a browser or a program asks them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../support/mod.rs"]
mod support;

mod accounts;
mod audit;
mod base_path;
mod channels;
mod chats;
mod client;
mod copies;
mod copy_choices;
mod dialogs;
mod documents;
mod edge;
mod erasing;
mod events;
mod identity;
mod init_data;
mod jobs;
mod logins;
mod operators;
mod password;
mod phone;
mod posts;
mod rate_limits;
mod screen;
mod takeouts;
mod views;
mod webhook;
