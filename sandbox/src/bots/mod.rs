//! The bots: what they know, whom they talk to, and the API that drives them.
//!
//! [`Bot`] holds everything about one of them; each file next to this one adds
//! one subject to it. [`Bots`] are all that there are, over the same people:
//! a first one from the start, others as they are made. [`api`] is the HTTP
//! face that Bot API libraries talk to; the token in the address says which
//! bot is meant.
//!
//! What one bot knows, no other does: chats, updates, webhook, commands,
//! files. They share the people, the rules, and the key that signs launch
//! data, as Telegram has one for all.
//!
//! They talk in private chats only: no groups, no inline mode, no payments.
//! None is ever deleted.

pub mod api;
mod bot;
mod bot_world;
mod callbacks;
mod calls;
mod chat;
mod commands;
mod contact;
mod creation;
mod delivery;
pub mod entities;
mod error;
mod events;
mod faults;
mod files;
mod identity;
mod init_data;
mod keyboard;
mod launch;
mod menu;
mod message;
mod mirror;
mod mirror_ids;
mod mirrored;
mod outgoing;
mod owner;
mod pace;
mod person_side;
mod polling;
mod register;
mod revising;
mod rules;
mod shared_contact;
mod state;
mod theme;
mod updates;
mod views;
mod webhook;
mod webhook_setting;

pub use bot::Bot;
pub use callbacks::{Press, PressError, Pressed};
pub use calls::MethodCall;
pub use chat::{Chat, Toast};
pub use commands::{Command, CommandScope};
pub use contact::Contact;
pub use creation::CreateBotError;
pub use delivery::deliver;
pub use error::ApiError;
pub use events::{Addressed, PhoneEvent};
pub use faults::MethodFault;
pub use files::{Files, StoredFile};
pub use identity::{BotOptions, Identity};
pub use init_data::WebAppKey;
pub use keyboard::{InlineButton, InlineKeyboard, Keyboard, ReplyKeyboard, WebApp};
pub use launch::{Door, Launch, LaunchError, Platform};
pub use menu::MenuButton;
pub use message::{Author, Content, Document, Message, PhotoSize, WebAppData};
pub use owner::OwnerView;
pub use person_side::SayError;
pub use register::Bots;
pub use rules::Rules;
pub use shared_contact::SharedContact;
pub use state::State;
pub use theme::{Theme, parameters as theme_parameters};
pub use webhook::Webhook;
pub use webhook_setting::WebhookInfo;
