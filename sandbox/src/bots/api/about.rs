//! Methods about the bot itself: who it is, its commands, its menu button.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::bot::Bot;
use super::super::commands::{Command, CommandScope};
use super::super::error::ApiError;
use super::super::events::PhoneEvent;
use super::super::menu::MenuButton;
use super::super::state::State;
use super::super::views;
use super::params::Params;

pub(super) fn get_me(bot: &Bot) -> Value {
    bot.read(|state| {
        let mut me = views::bot_user(state);
        if let Some(fields) = me.as_object_mut() {
            fields.insert("can_join_groups".to_owned(), true.into());
            for name in [
                "can_read_all_group_messages",
                "supports_inline_queries",
                "can_connect_to_business",
                "has_main_web_app",
            ] {
                fields.insert(name.to_owned(), false.into());
            }
        }
        me
    })
}

pub(super) fn set_commands(bot: &Bot, params: &Params) -> Result<Value, ApiError> {
    let (scope, language) = audience(params)?;
    let commands: Vec<Command> = params
        .typed("commands")?
        .ok_or_else(|| ApiError::bad("parameter \"commands\" is required"))?;
    bot.change(|state| state.commands.set(&scope, &language, commands))?;
    tell_everyone(bot);
    Ok(true.into())
}

pub(super) fn get_commands(bot: &Bot, params: &Params) -> Result<Value, ApiError> {
    let (scope, language) = audience(params)?;
    Ok(bot.read(|state| json!(state.commands.get(&scope, &language))))
}

pub(super) fn delete_commands(bot: &Bot, params: &Params) -> Result<Value, ApiError> {
    let (scope, language) = audience(params)?;
    bot.change(|state| state.commands.remove(&scope, &language));
    tell_everyone(bot);
    Ok(true.into())
}

fn audience(params: &Params) -> Result<(CommandScope, String), ApiError> {
    let scope = params.typed("scope")?.unwrap_or_default();
    Ok((scope, language(params)?))
}

fn language(params: &Params) -> Result<String, ApiError> {
    let language = params.text("language_code").unwrap_or_default();
    let code = language.is_empty()
        || (language.len() == 2 && language.bytes().all(|b| b.is_ascii_lowercase()));
    if code {
        Ok(language)
    } else {
        Err(ApiError::bad("LANG_CODE_INVALID"))
    }
}

/// Whose menu button is meant: a person's, or everyone's.
fn menu_owner(bot: &Bot, params: &Params) -> Result<Option<i64>, ApiError> {
    match params.number("chat_id") {
        Some(id) => bot.person(id).map(|person| Some(person.id)),
        None => Ok(None),
    }
}

pub(super) fn set_menu_button(bot: &Bot, params: &Params) -> Result<Value, ApiError> {
    let owner = menu_owner(bot, params)?;
    let button: MenuButton = params.typed("menu_button")?.unwrap_or(MenuButton::Default);
    button.check()?;
    bot.change(|state| state.menus.set(owner, button));
    match owner {
        Some(person) => bot.show(person, PhoneEvent::Chat),
        None => tell_everyone(bot),
    }
    Ok(true.into())
}

pub(super) fn get_menu_button(bot: &Bot, params: &Params) -> Result<Value, ApiError> {
    let owner = menu_owner(bot, params)?;
    Ok(bot.read(|state| json!(state.menus.get(owner))))
}

type Shelf = fn(&mut State) -> &mut BTreeMap<String, String>;

fn set_text(
    bot: &Bot,
    params: &Params,
    name: &str,
    limit: usize,
    shelf: Shelf,
) -> Result<Value, ApiError> {
    let language = language(params)?;
    let text = params.text(name).unwrap_or_default();
    if text.chars().count() > limit {
        return Err(ApiError::bad(format!("{name} is too long")));
    }
    bot.change(|state| {
        if text.is_empty() {
            shelf(state).remove(&language);
        } else {
            shelf(state).insert(language, text);
        }
    });
    tell_everyone(bot);
    Ok(true.into())
}

fn get_text(bot: &Bot, params: &Params, look: impl Fn(&State, &str) -> Option<String>) -> String {
    let language = params.text("language_code").unwrap_or_default();
    bot.read(|state| look(state, &language).or_else(|| look(state, "")))
        .unwrap_or_default()
}

pub(super) fn set_name(bot: &Bot, params: &Params) -> Result<Value, ApiError> {
    let set = set_text(bot, params, "name", 64, |state| &mut state.texts.name)?;
    bot.introduce();
    Ok(set)
}

pub(super) fn get_name(bot: &Bot, params: &Params) -> Value {
    json!({"name": get_text(bot, params, |state, code| state.texts.name.get(code).cloned())})
}

pub(super) fn set_description(bot: &Bot, params: &Params) -> Result<Value, ApiError> {
    set_text(bot, params, "description", 512, |state| {
        &mut state.texts.description
    })
}

pub(super) fn get_description(bot: &Bot, params: &Params) -> Value {
    let look = |state: &State, code: &str| state.texts.description.get(code).cloned();
    json!({"description": get_text(bot, params, look)})
}

pub(super) fn set_short_description(bot: &Bot, params: &Params) -> Result<Value, ApiError> {
    set_text(bot, params, "short_description", 120, |state| {
        &mut state.texts.short_description
    })
}

pub(super) fn get_short_description(bot: &Bot, params: &Params) -> Value {
    let look = |state: &State, code: &str| state.texts.short_description.get(code).cloned();
    json!({"short_description": get_text(bot, params, look)})
}

/// What everyone sees has changed.
fn tell_everyone(bot: &Bot) {
    for person in bot.world().people().list() {
        bot.show(person.id, PhoneEvent::Chat);
    }
}
