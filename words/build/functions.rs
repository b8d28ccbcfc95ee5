//! The code for the messages of one file.

use std::error::Error;
use std::fmt::Write as _;

use fluent_syntax::parser;

use crate::arguments::{self, Kind};
use crate::pattern::{self, Shape};

/// Files whose messages are found by their ids, by hand-written code.
const FOUND_BY_ID: [&str; 1] = ["failures"];

/// Files whose messages are only put into others.
const PARTS_OF_OTHERS: [&str; 1] = ["time"];

/// The code for the messages of one file.
pub(crate) struct Functions {
    /// The type with a function for each message.
    pub(crate) code: String,
    /// Those that take no argument.
    pub(crate) fixed: Vec<String>,
}

/// The code for the messages of one file.
pub(crate) fn of(group: &str, number: usize, text: &str) -> Result<Functions, Box<dyn Error>> {
    let file = parser::parse(text).map_err(|(_, errors)| format!("{group}.ftl: {errors:?}"))?;
    let constant = group.to_uppercase();
    let mut code = format!("pub(crate) const {constant}: usize = {number};\n");
    let mut fixed = Vec::new();
    if FOUND_BY_ID.contains(&group) {
        return Ok(Functions { code, fixed });
    }
    let name = format!("{}Words", capitalised(group));
    writeln!(code, "/// The messages of `{group}.ftl` in a language.")?;
    writeln!(code, "#[derive(Clone, Copy, Debug, PartialEq, Eq)]")?;
    writeln!(code, "pub struct {name}(pub(crate) Language);")?;
    writeln!(code, "impl {name} {{")?;
    writeln!(code, "    /// The language.")?;
    writeln!(code, "    pub fn language(self) -> Language {{ self.0 }}")?;
    for (id, shape) in pattern::shapes(&file) {
        function(&mut code, &constant, &id, &shape, &mut fixed)
            .map_err(|error| format!("{group}.ftl: {id}: {error}"))?;
    }
    writeln!(code, "}}")?;
    let visible = if PARTS_OF_OTHERS.contains(&group) {
        "pub(crate)"
    } else {
        "pub"
    };
    writeln!(code, "impl Language {{")?;
    writeln!(
        code,
        "    /// The messages of `{group}.ftl` in this language."
    )?;
    writeln!(
        code,
        "    {visible} fn {group}(self) -> {name} {{ {name}(self) }}"
    )?;
    writeln!(code, "}}")?;
    Ok(Functions { code, fixed })
}

fn function(
    code: &mut String,
    group: &str,
    id: &str,
    shape: &Shape,
    fixed: &mut Vec<String>,
) -> Result<(), Box<dyn Error>> {
    let mut kinds = Vec::new();
    for name in &shape.arguments {
        let kind = arguments::kind(name)
            .ok_or_else(|| format!("no one says in build/arguments.rs what ${name} is"))?;
        kinds.push((name.as_str(), kind));
    }
    let is_markup = shape.is_markup || kinds.iter().any(|(_, kind)| *kind == Kind::Element);
    let answer = if is_markup { "Html" } else { "Text" };
    let mut parameters = String::new();
    for (name, kind) in &kinds {
        write!(parameters, ", {}: {}", rust_name(name), rust_type(*kind))?;
    }
    writeln!(code, "    /// The message `{id}`.")?;
    writeln!(
        code,
        "    pub fn {}(self{parameters}) -> {answer} {{",
        rust_name(id)
    )?;
    if kinds.is_empty() {
        let index = fixed.len();
        writeln!(code, "        catalogue::fixed(self.0, {group}, {index})")?;
        fixed.push(id.to_owned());
    } else {
        let values: Vec<_> = kinds
            .iter()
            .map(|(name, kind)| {
                let value = rust_name(name);
                let value = match kind {
                    Kind::Text | Kind::Choice | Kind::Element => value,
                    Kind::Number
                    | Kind::Size
                    | Kind::Span
                    | Kind::Period
                    | Kind::Date
                    | Kind::DateTime => {
                        format!("*{value}.borrow()")
                    }
                };
                format!("({name:?}, Value::{kind:?}({value}))")
            })
            .collect();
        let values = values.join(", ");
        writeln!(
            code,
            "        catalogue::made(self.0, {group}, {id:?}, &[{values}])"
        )?;
    }
    writeln!(code, "    }}")?;
    Ok(())
}

/// Templates hand over references to what they have, code the values.
fn rust_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::Choice => "&str",
        Kind::Number | Kind::Size => "impl Borrow<u64>",
        Kind::Span | Kind::Period => "impl Borrow<TimeDelta>",
        Kind::Date | Kind::DateTime => "impl Borrow<Timestamp>",
        Kind::Element => "&Html",
    }
}

fn rust_name(id: &str) -> String {
    id.replace(['-', '.'], "_")
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
