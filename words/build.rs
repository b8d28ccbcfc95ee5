//! Makes a function out of every English message, so that the compiler finds
//! one that is missing, and an argument that is missing or too many.

#[path = "build/arguments.rs"]
mod arguments;
#[path = "build/functions.rs"]
mod functions;
#[path = "build/pattern.rs"]
mod pattern;

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The language in which every message exists.
const FIRST: &str = "en";

fn main() -> Result<(), Box<dyn Error>> {
    // Cargo runs this in the crate's folder, wherever it was compiled.
    let locales = fs::canonicalize("locales")?;
    println!("cargo::rerun-if-changed=locales");
    let groups = names(&locales.join(FIRST), Some("ftl"))?;
    let mut functions = String::new();
    let mut fixed = Vec::new();
    for (number, group) in groups.iter().enumerate() {
        let text = fs::read_to_string(locales.join(FIRST).join(format!("{group}.ftl")))?;
        let made = functions::of(group, number, &text)?;
        functions.push_str(&made.code);
        fixed.push(made.fixed);
    }
    let out_dir = out_dir()?;
    fs::write(out_dir.join("messages.rs"), functions)?;
    fs::write(
        out_dir.join("locales.rs"),
        texts(&locales, &groups, &fixed)?,
    )?;
    Ok(())
}

/// The code for the texts of all languages.
fn texts(
    locales: &Path,
    groups: &[String],
    fixed: &[Vec<String>],
) -> Result<String, Box<dyn Error>> {
    let mut code = String::new();
    writeln!(code, "/// The files of a language, by name.")?;
    writeln!(code, "pub(crate) const GROUPS: &[&str] = &{groups:?};")?;
    writeln!(code, "/// The messages without arguments, by file.")?;
    writeln!(code, "pub(crate) const FIXED: &[&[&str]] = &[")?;
    for names in fixed {
        writeln!(code, "    &{names:?},")?;
    }
    writeln!(code, "];")?;
    writeln!(code, "/// The tag of each language, and its files' texts.")?;
    writeln!(code, "pub(crate) const LOCALES: &[(&str, &[&str])] = &[")?;
    for language in names(locales, None)? {
        writeln!(code, "    ({language:?}, &[")?;
        for group in groups {
            let file = locales.join(&language).join(format!("{group}.ftl"));
            // A file that is missing is told by the test; people read English.
            if file.exists() {
                let path = file.to_string_lossy();
                writeln!(code, "        include_str!({path:?}),")?;
            } else {
                writeln!(code, "        \"\",")?;
            }
        }
        writeln!(code, "    ]),")?;
    }
    writeln!(code, "];")?;
    Ok(code)
}

#[expect(clippy::disallowed_methods, reason = "Cargo tells it in no other way")]
fn out_dir() -> Result<PathBuf, std::env::VarError> {
    std::env::var("OUT_DIR").map(PathBuf::from)
}

/// The names in a folder, sorted: of files with that ending, or of folders.
fn names(folder: &Path, ending: Option<&str>) -> Result<Vec<String>, std::io::Error> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let fits = match ending {
            Some(ending) => path.extension().is_some_and(|it| it == ending),
            None => path.is_dir(),
        };
        if let Some(name) = path.file_stem().filter(|_| fits) {
            names.push(name.to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}
