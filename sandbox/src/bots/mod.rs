//! The bot: what it knows, whom it talks to, and the API that drives it.
//!
//! [`Bot`] holds everything; each file next to this one adds one subject to
//! it. [`api`] is the HTTP face that Bot API libraries talk to.
//!
//! There is one bot, and it talks in private chats only: no groups, no
//! inline mode, no payments.

pub mod api;
mod bot;
mod callbacks;
mod calls;
mod chat;
mod commands;
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
mod outgoing;
mod owner;
mod pace;
mod person_side;
mod polling;
mod revising;
mod state;
mod theme;
mod updates;
mod views;
mod webhook;
mod webhook_setting;

pub use bot::{Bot, Rules};
pub use callbacks::{Press, PressError, Pressed};
pub use calls::MethodCall;
pub use chat::{Chat, Toast};
pub use commands::{Command, CommandScope};
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
pub use state::State;
pub use theme::{Theme, parameters as theme_parameters};
pub use webhook::Webhook;
pub use webhook_setting::WebhookInfo;
