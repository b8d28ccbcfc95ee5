//! The functions that are made from the English files (`build.rs`).

use std::borrow::Borrow;

use chrono::TimeDelta;
use sesame_domain::time::Timestamp;

use crate::catalogue;
use crate::language::Language;
use crate::markup::{Html, Text};
use crate::value::Value;

include!(concat!(env!("OUT_DIR"), "/messages.rs"));
