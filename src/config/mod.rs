//! The configuration: read once at start, from the environment and `.env`,
//! into one typed section for each part. Nothing else reads the environment.
//!
//! A setting is declared in one place, as a field of its section (`section!`):
//! type, name, default, rule, and explanation, from which `.env.example` is
//! made. Which value counts is decided in one place, too (`Setting::counts`).
#![allow(
    clippy::doc_markdown,
    rustdoc::bare_urls,
    reason = "what explains a setting is also what .env.example says, in plain text"
)]

mod about;
mod backup;
mod bot;
mod bucket;
mod custody;
mod disclosure;
mod env_file;
mod exports;
mod flaw;
mod import;
mod kms;
mod layers;
mod list;
mod log_filter;
mod login;
mod logs;
mod near;
mod operator;
mod operators;
mod origin;
mod problems;
mod process;
mod rates;
mod reader;
mod retention;
mod section;
mod setting;
mod settings;
mod shown;
mod storage;
mod telegram;
mod tenant;
mod text;
mod unknown;
mod web;
mod written;

#[cfg(test)]
mod tests;

pub(crate) use backup::Backup;
pub(crate) use bot::Bot;
pub(crate) use custody::Custody;
pub(crate) use exports::Exports;
pub(crate) use layers::Layers;
pub(crate) use logs::{LogFormat, Logs};
pub(crate) use operator::operator;
pub(crate) use origin::Effective;
pub(crate) use problems::{Problem, Problems};
pub(crate) use settings::{CustodySettings, Overview, Settings, StorageSettings};
pub(crate) use shown::shown_settings;
pub(crate) use storage::Storage;
pub(crate) use telegram::{Servers, Telegram};
pub(crate) use tenant::{OwnTenant, flaws, own_settings, token_flaw};
pub(crate) use web::{InitDataSignature, whereabouts, why_not_opened};
