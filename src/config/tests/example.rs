//! `.env.example` is made of the settings.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::layers;
use crate::config::about::About;
use crate::config::env_file::read_file;
use crate::config::list::SECTIONS;
use crate::config::{Layers, Overview, Settings};

const HEAD: &str = "\
# Every setting of Sesame. Copy this file to .env in the directory you start
# Sesame in (`install -m 600 .env.example .env`), and fill in what has no value.
# Variables of the environment win over the file. `sesame config` shows what is
# in force, from where, and what is missing. `sesame sandbox` needs none of it.
#
# A line that is commented out shows the default, or an example where there is none.
# Put quotes around values with spaces, single quotes around values with a $ (which
# would stand for another variable).
# White space and quotes around a value are not part of it, wherever it is set.
";
const WIDTH: usize = 78;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn path() -> PathBuf {
    root().join(".env.example")
}

/// What `.env.example` must say.
fn example() -> String {
    let mut text = HEAD.to_owned();
    for section in SECTIONS.iter() {
        let title = format!("# --- {} ", section.title);
        write!(text, "\n{title:-<WIDTH$}\n").unwrap();
        for setting in &section.settings {
            push(&mut text, setting);
        }
    }
    text
}

fn push(text: &mut String, setting: &About) {
    if let [_, ..] = setting.explanation {
        text.push('\n');
    }
    for line in setting.explanation {
        writeln!(text, "#{line}").unwrap();
    }
    let mark = if setting.to_fill_in { "" } else { "#" };
    let value = setting.default.unwrap_or(setting.example);
    writeln!(text, "{mark}{}={value}", setting.name).unwrap();
}

#[test]
fn the_example_is_made_of_the_settings() {
    let (is, must_be) = (std::fs::read_to_string(path()).unwrap(), example());
    if is == must_be {
        return;
    }
    let made = root().join("target/env.example");
    std::fs::write(&made, &must_be).unwrap();
    let lines = is.lines().zip(must_be.lines());
    let differs = lines.enumerate().find(|(_, (is, must_be))| is != must_be);
    panic!(
        ".env.example is not made of the settings ({differs:?}): \
         cp target/env.example .env.example"
    );
}

#[test]
fn everything_is_explained_and_fits_into_a_window() {
    for section in SECTIONS.iter() {
        let first = &section.settings[0];
        assert!(!first.explanation.is_empty(), "{}", first.name);
        for setting in &section.settings {
            for line in setting.explanation {
                assert!(line.chars().count() < 88, "{}: {line}", setting.name);
            }
        }
    }
}

#[test]
fn the_example_can_be_used_as_it_is_but_for_what_is_required() {
    let layers = Layers {
        file: read_file(&path()).unwrap(),
        ..layers(&[])
    };
    assert_eq!(layers.unknown(), Vec::new());
    Settings::load(&layers).unwrap();
}

#[test]
fn each_example_fits_its_own_rule() {
    let needs = [
        ("BACKUP_TO", "s3://bucket/prefix"),
        ("EXPORT_TO", "s3://bucket/copies"),
        ("KMS_KEY", "alias/sesame"),
        ("KMS_REGION", "eu-central-1"),
    ];
    for setting in SECTIONS.iter().flat_map(|section| &section.settings) {
        if setting.example.is_empty() {
            continue;
        }
        // What it needs beside it, unless it is a place that needs nothing.
        let beside = needs
            .iter()
            .filter(|_| !["BACKUP_TO", "EXPORT_TO"].contains(&setting.name));
        let mut changes: Vec<_> = beside.copied().collect();
        changes.push((setting.name, setting.example));
        let problems = Overview::load(&layers(&changes)).problems;
        assert!(problems.is_empty(), "{}: {problems}", setting.name);
    }
}
