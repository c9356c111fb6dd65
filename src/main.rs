//! The edge of the program: arguments, locale, clock, streams and exit status.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anstream::{AutoStream, ColorChoice};
use clap::Parser;
use gamsa::cli::{Arguments, Color, Environment, ExitStatus, describe, discard_temporary_files, run, shown_usage};
use gamsa::engine::on_worker;
use gamsa::evidence::Day;
use gamsa::language::Language;

/// Becomes true when the program is told to stop: Ctrl-C, a request to terminate, a hangup.
static STOP: AtomicBool = AtomicBool::new(false);

/// Becomes true when the end of a run that does not come to it by itself has been told of.
static GIVEN_UP: AtomicBool = AtomicBool::new(false);

/// Time that a run has after a signal, whatever it waits for.
const PATIENCE: Duration = Duration::from_millis(900);

/// Columns of a report that does not go to a terminal.
const DEFAULT_WIDTH: usize = 100;
/// Columns between which a report adapts to the terminal.
const WIDTHS: std::ops::RangeInclusive<usize> = 72..=120;

fn main() -> ExitCode {
    // Prints help and usage errors itself, with exit status 0 and 2.
    let arguments = Arguments::try_parse().unwrap_or_else(|refused| shown_usage(refused).exit());
    let language = arguments.language().unwrap_or_else(locale_language);
    if let Err(error) = listen_for_signals() {
        report_error(&error, language);
    }
    let status = on_worker(|| answer(&arguments, language)).unwrap_or_else(|error| {
        report_error(&anyhow::Error::from(error), language);
        ExitStatus::Unable
    });
    ExitCode::from(status as u8)
}

/// Hears Ctrl-C, requests to terminate and hangups.
#[cfg(unix)]
fn listen_for_signals() -> anyhow::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let mut wanted = vec![SIGINT, SIGTERM];
    // What `nohup` starts goes on when the terminal is closed.
    if !is_ignored(SIGHUP) {
        wanted.push(SIGHUP);
    }
    let mut signals = signal_hook::iterator::Signals::new(wanted)?;
    std::thread::Builder::new().spawn(move || signals.forever().for_each(|_| end_on_signal()))?;
    Ok(())
}

/// Tells whether the program was started with a signal ignored. Only Linux tells it without unsafe code.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}

/// Hears Ctrl-C and what is like it.
#[cfg(not(unix))]
fn listen_for_signals() -> anyhow::Result<()> {
    ctrlc::set_handler(end_on_signal)?;
    Ok(())
}

/// Ends the run after Ctrl-C, a request to terminate or a hangup: the first in an orderly way, the second at once.
fn end_on_signal() {
    if STOP.swap(true, Ordering::Relaxed) {
        leave();
    }
    // On a thread of its own, so that a second signal is heard.
    let waiting = std::thread::Builder::new().spawn(|| {
        std::thread::sleep(PATIENCE);
        give_up("note: interrupted while it waited for a reader, a writer or a disk")
    });
    if waiting.is_err() {
        leave();
    }
}

/// Ends the program with a note, unless it was told something of its end already.
fn give_up(note: &str) -> ! {
    if !GIVEN_UP.swap(true, Ordering::Relaxed) {
        // Nothing can be done where even the error stream is closed.
        let _ = writeln!(io::stderr(), "{note}");
    }
    leave()
}

#[expect(clippy::exit, reason = "the run does not come to its end by itself")]
fn leave() -> ! {
    discard_temporary_files();
    std::process::exit(ExitStatus::Interrupted as i32)
}

/// Returns the file that standard output was sent to, where it is one.
fn screen_file() -> Option<PathBuf> {
    let screen = std::path::Path::new("/dev/stdout");
    let is_file = std::fs::metadata(screen).is_ok_and(|metadata| metadata.is_file());
    is_file.then(|| screen.canonicalize().ok()).flatten()
}

/// What is written to the screen at once.
const OUTPUT_BYTES: usize = 64 << 10;

fn answer(arguments: &Arguments, language: Language) -> ExitStatus {
    let choice = match arguments.color() {
        Color::Auto => AutoStream::choice(&io::stdout()),
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    };
    let mut out = BufWriter::with_capacity(OUTPUT_BYTES, AutoStream::new(io::stdout(), choice));
    let outcome = run(arguments, environment(), &mut out, &mut io::stderr());
    let outcome = outcome.and_then(|status| out.flush().map(|()| status).map_err(anyhow::Error::from));
    match outcome {
        Ok(status) => status,
        // The reader went away, as `head` does: nobody is left to tell.
        Err(error) if is_broken_pipe(&error) => ExitStatus::Unable,
        Err(error) => {
            report_error(&error, language);
            ExitStatus::Unable
        }
    }
}

fn locale_language() -> Language {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| {
        let value = std::env::var(name).ok()?;
        (!value.is_empty()).then_some(value)
    });
    if locale.is_some_and(|locale| locale.starts_with("ko")) { Language::Korean } else { Language::English }
}

fn environment() -> Environment {
    let columns = terminal_size::terminal_size().filter(|_| io::stdout().is_terminal());
    Environment {
        language: locale_language(),
        width: columns.map_or(DEFAULT_WIDTH, |(width, _)| usize::from(width.0).clamp(*WIDTHS.start(), *WIDTHS.end())),
        today: Day::today,
        processors: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
        shows_progress: io::stderr().is_terminal() && !io::stdout().is_terminal(),
        stop: &STOP,
        give_up,
        screen_file,
    }
}

fn report_error(error: &anyhow::Error, language: Language) {
    // Nothing can be done where even the error stream is closed.
    let _ = writeln!(io::stderr(), "{}", describe(error, language));
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .any(|cause| cause.downcast_ref::<io::Error>().is_some_and(|cause| cause.kind() == io::ErrorKind::BrokenPipe))
}
