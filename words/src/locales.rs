//! The texts of all languages, which are put in by `build.rs`.

include!(concat!(env!("OUT_DIR"), "/locales.rs"));
