//! The command line.

use clap::{Parser, Subcommand};

use crate::args::{
    AccountsArgs, BackupArgs, ConfigArgs, DialogsArgs, DoctorArgs, ImportArgs, JobsArgs, KeysArgs,
    LoginArgs, RestoreArgs, SandboxArgs,
};
use crate::commands;
use crate::config::Layers;
use crate::failure::Failure;
use crate::ownership;
use crate::signals::Signals;

const EXIT_CODES: &str = "\
Exit codes:
  0    done, or stopped when asked to
  1    something failed
  2    the arguments are wrong
  3    the configuration is incomplete or wrong (see `sesame config`), or
       another user must run it
  4    the database, Redis or AWS KMS cannot be used; trying again may help
  5    the address to listen at is taken
  6    the keys that seal sessions cannot be used, nor by trying again
  7    `sesame doctor` found something that does not work
  8    `sesame login` is over and linked nothing: the message says why
  9    the same, for a reason that passes: trying again later may help
  10   `dialogs export --takeout`: Telegram asks first whether to allow it, or
       ended it; the message says how to go on
  129, 130, 131, 143
       stopped by SIGHUP, SIGINT (Ctrl-C), SIGQUIT or SIGTERM before the end;
       `serve` and `sandbox`: asked twice, and ended at once";

/// Links people's Telegram accounts to a bot and keeps the sessions safe.
#[derive(Debug, Parser)]
#[command(version, after_help = EXIT_CODES, arg_required_else_help = true, term_width = 80)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the bot, the Mini App and the sessions underneath
    Serve,
    /// Run a local Telegram, and Sesame over it: needs no account and no setting
    #[cfg_attr(not(feature = "sandbox"), command(hide = true))]
    Sandbox(SandboxArgs),
    /// Ask the Sesame that runs here whether it can work; fails if not
    Ready,
    /// Bring the database's schema up to date
    Migrate,
    /// The settings: which are in force, where they come from, whether they will do
    Config(ConfigArgs),
    /// The linked accounts: how they are doing, and which are not kept
    Accounts(AccountsArgs),
    /// Link your own account here, by QR code or by phone number and code
    Login(Box<LoginArgs>),
    /// The dialogs of a linked account, as Telegram has them
    Dialogs(DialogsArgs),
    /// What is done in the background, and how to end it
    Jobs(JobsArgs),
    /// The versions of the key that seals sessions
    Keys(KeysArgs),
    /// Back up sealed sessions, the key's versions and the audit's checkpoints
    Backup(BackupArgs),
    /// Bring back what a backup has; never replaces what is there
    Restore(RestoreArgs),
    /// Take sessions over from another system
    Import(ImportArgs),
    /// Look for what is wrong, or will be
    Doctor(DoctorArgs),
}

impl Command {
    /// People came for what a command says, not for the log; who wants it sets `LOG`.
    fn keep_quiet(&self, layers: &mut Layers) {
        match self {
            // These show what counts for `serve`, or serve.
            Self::Serve | Self::Config(_) | Self::Ready => {}
            _ => {
                layers.fallback.insert("LOG".to_owned(), "warn".to_owned());
            }
        }
    }

    /// Nothing is touched, no log begun, before it is sure that it is for the
    /// right user.
    fn check_user(&self, layers: &Layers) -> Result<(), Failure> {
        match self {
            Self::Config(_) | Self::Ready => Ok(()),
            Self::Sandbox(args) => args
                .data
                .as_deref()
                .map_or(Ok(()), ownership::check_sandbox),
            command => ownership::check(layers, matches!(command, Self::Serve)),
        }
    }
}

impl Cli {
    /// Does what was asked for, unless it is asked to stop.
    pub(crate) async fn run(self, mut signals: Signals) -> Result<(), Failure> {
        let mut layers = Layers::of_process()?;
        self.command.check_user(&layers)?;
        self.command.keep_quiet(&mut layers);
        match self.command {
            // These end in an order of their own.
            Command::Serve => Box::pin(commands::serve(&layers, signals)).await,
            #[cfg(feature = "sandbox")]
            Command::Sandbox(args) => Box::pin(commands::sandbox(layers, args, signals)).await,
            #[cfg(not(feature = "sandbox"))]
            Command::Sandbox(_) => Err(Failure::Usage(
                "this Sesame was built without the sandbox: take a build with the Cargo feature `sandbox`".to_owned(),
            )),
            Command::Import(args) => Box::pin(commands::import(&layers, args.what, signals)).await,
            Command::Dialogs(args) => {
                Box::pin(commands::dialogs(&layers, args.what, signals)).await
            }
            Command::Login(args) => Box::pin(commands::login(&layers, *args, signals)).await,
            other => signals.unless_asked(Box::pin(other.run(&layers))).await,
        }
    }
}

impl Command {
    /// What can be dropped at any point.
    async fn run(self, layers: &Layers) -> Result<(), Failure> {
        match self {
            Self::Migrate => commands::migrate(layers).await,
            Self::Ready => commands::ready(layers).await,
            Self::Config(args) => commands::config(layers, &args),
            Self::Accounts(args) => Box::pin(commands::accounts(layers, args)).await,
            Self::Jobs(args) => Box::pin(commands::jobs(layers, args.what)).await,
            Self::Keys(args) => commands::keys(layers, args.what).await,
            Self::Backup(args) => Box::pin(commands::backup(layers, args.what)).await,
            Self::Restore(args) => Box::pin(commands::restore(layers, args)).await,
            Self::Doctor(args) => Box::pin(commands::doctor(layers, args)).await,
            Self::Serve
            | Self::Sandbox(_)
            | Self::Import(_)
            | Self::Login(_)
            | Self::Dialogs(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use clap::CommandFactory;

    use super::*;
    use crate::terminal;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    /// The help of each command, and of those below it.
    fn helps(mut command: clap::Command, of: &str) -> Vec<(String, String)> {
        let name = format!("{of} {}", command.get_name());
        let below = command.get_subcommands().cloned().collect::<Vec<_>>();
        let mut helps = vec![
            (name.clone(), command.render_help().to_string()),
            (name.clone(), command.render_long_help().to_string()),
        ];
        helps.extend(below.into_iter().flat_map(|it| helps_below(it, &name)));
        helps
    }

    fn helps_below(command: clap::Command, of: &str) -> Vec<(String, String)> {
        // Settings that hold for all commands come from the uppermost.
        helps(command.term_width(terminal::WIDTH.into()), of)
    }

    #[test]
    fn every_help_fits_a_terminal() {
        let mut command = Cli::command();
        command.build();
        let helps = helps(command, "");
        assert!(helps.len() > 50, "{}", helps.len());
        for (name, help) in helps {
            for line in help.lines() {
                let width = line.chars().count();
                assert!(width <= terminal::WIDTH.into(), "{name}: {line}");
            }
        }
    }

    #[test]
    fn the_sandbox_takes_what_its_documentation_says() {
        let line = "sesame sandbox --listen 127.0.0.1:0 --data /tmp/s --token-life 5 \
                    --dc-listen 127.0.0.1:4001 --dc-listen 127.0.0.1:4002 --telegram-only --ready-file /tmp/ready.json";
        let cli = Cli::try_parse_from(line.split_whitespace()).unwrap();
        let Command::Sandbox(args) = cli.command else {
            panic!("{cli:?}");
        };
        assert_eq!(args.listen.unwrap().port(), 0);
        assert_eq!(args.token_life, Some(5));
        let ports: Vec<_> = args.dc_listen.iter().map(SocketAddr::port).collect();
        assert_eq!(ports, [4001, 4002]);
        assert!(args.telegram_only);
        assert!(args.data.is_some() && args.ready_file.is_some());
    }
}
