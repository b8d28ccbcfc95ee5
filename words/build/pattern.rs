//! What a message takes and how it is written, found in its pattern.

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{
    CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement, Resource, Variant,
    VariantKey,
};

/// What can be said of a message, or of one of its attributes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shape {
    /// The arguments.
    pub(crate) arguments: BTreeSet<String>,
    /// Other messages that it is made of.
    pub(crate) refers_to: BTreeSet<String>,
    /// The tags in it (`<b>`, `</b>`), each as often as it is there at most.
    pub(crate) tags: BTreeMap<String, usize>,
    /// Whether there is markup: a tag, or a letter written as `&lt;`.
    pub(crate) is_markup: bool,
    /// A `<` or `&` that is none.
    pub(crate) stray: bool,
    /// For which words a choice is made (plural categories and numbers are each
    /// language's own).
    pub(crate) choices: BTreeSet<String>,
}

/// Plural categories, which differ from language to language.
const PLURALS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// The messages of a file and their attributes (`id`, `id.attribute`).
pub(crate) fn shapes(file: &Resource<&str>) -> Vec<(String, Shape)> {
    let mut shapes = Vec::new();
    for entry in &file.body {
        let Entry::Message(message) = entry else {
            continue;
        };
        let id = message.id.name;
        if let Some(pattern) = &message.value {
            shapes.push((id.to_owned(), Shape::of(pattern)));
        }
        for attribute in &message.attributes {
            let name = format!("{id}.{}", attribute.id.name);
            shapes.push((name, Shape::of(&attribute.value)));
        }
    }
    complete(&mut shapes);
    shapes
}

/// A message takes what those take that it is made of.
fn complete(shapes: &mut [(String, Shape)]) {
    loop {
        let known: BTreeMap<String, Shape> = shapes.iter().cloned().collect();
        let mut changed = false;
        for (_, shape) in &mut *shapes {
            for other in shape.refers_to.clone() {
                let Some(other) = known.get(&other) else {
                    continue;
                };
                let before = shape.arguments.len();
                shape.arguments.extend(other.arguments.iter().cloned());
                changed |= before != shape.arguments.len();
                changed |= other.is_markup && !shape.is_markup;
                shape.is_markup |= other.is_markup;
            }
        }
        if !changed {
            return;
        }
    }
}

impl Shape {
    fn of(pattern: &Pattern<&str>) -> Self {
        let mut shape = Self::default();
        shape.pattern(pattern);
        shape
    }

    fn pattern(&mut self, pattern: &Pattern<&str>) {
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => self.text(value),
                PatternElement::Placeable { expression } => self.expression(expression),
            }
        }
    }

    fn text(&mut self, text: &str) {
        for (at, sign) in text.match_indices(['<', '&']) {
            let rest = &text[at..];
            let found = if sign == "<" { tag(rest) } else { letter(rest) };
            let Some(found) = found else {
                self.stray = true;
                continue;
            };
            self.is_markup = true;
            if sign == "<" {
                *self.tags.entry(found.to_owned()).or_default() += 1;
            }
        }
    }

    fn expression(&mut self, expression: &Expression<&str>) {
        match expression {
            Expression::Inline(inline) => self.inline(inline),
            Expression::Select { selector, variants } => {
                self.inline(selector);
                self.variants(variants);
            }
        }
    }

    /// Only one of the variants is shown, so of each tag the most in any counts.
    fn variants(&mut self, variants: &[Variant<&str>]) {
        let mut tags: BTreeMap<String, usize> = BTreeMap::new();
        for variant in variants {
            if let VariantKey::Identifier { name } = variant.key
                && !PLURALS.contains(&name)
            {
                self.choices.insert(name.to_owned());
            }
            let mut inner = Self::of(&variant.value);
            for (tag, count) in std::mem::take(&mut inner.tags) {
                let most = tags.entry(tag).or_default();
                *most = count.max(*most);
            }
            self.arguments.extend(inner.arguments);
            self.refers_to.extend(inner.refers_to);
            self.choices.extend(inner.choices);
            self.is_markup |= inner.is_markup;
            self.stray |= inner.stray;
        }
        for (tag, count) in tags {
            *self.tags.entry(tag).or_default() += count;
        }
    }

    fn inline(&mut self, expression: &InlineExpression<&str>) {
        match expression {
            InlineExpression::VariableReference { id } => {
                self.arguments.insert(id.name.to_owned());
            }
            InlineExpression::MessageReference { id, attribute } => {
                let attribute = attribute.as_ref().map(|it| format!(".{}", it.name));
                let name = format!("{}{}", id.name, attribute.unwrap_or_default());
                self.refers_to.insert(name);
            }
            InlineExpression::FunctionReference { arguments, .. } => self.call(arguments),
            InlineExpression::Placeable { expression } => self.expression(expression),
            InlineExpression::StringLiteral { value } => self.text(value),
            InlineExpression::TermReference { .. } | InlineExpression::NumberLiteral { .. } => {}
        }
    }

    fn call(&mut self, arguments: &CallArguments<&str>) {
        for argument in &arguments.positional {
            self.inline(argument);
        }
    }
}

/// The tag at the beginning of a text. Tags in messages have no attributes:
/// an element that needs some is an argument.
fn tag(text: &str) -> Option<&str> {
    let (tag, _) = text.split_once('>')?;
    let name = tag.strip_prefix('<')?;
    let name = name.strip_prefix('/').unwrap_or(name);
    let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase());
    plain.then(|| &text[..=tag.len()])
}

/// The letter written by its name (`&lt;`) at the beginning of a text.
fn letter(text: &str) -> Option<&str> {
    let (name, _) = text.split_once(';')?;
    let known = ["&lt", "&gt", "&amp", "&quot"].contains(&name);
    known.then(|| &text[..=name.len()])
}
