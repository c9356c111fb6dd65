//! The edge of the program: arguments, locale, clock, streams and exit status.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::num::NonZeroUsize;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use anstream::{AutoStream, ColorChoice};
use clap::Parser;
use gamsa::cli::{Arguments, Color, Environment, ExitStatus, describe, run, shown_usage};
use gamsa::engine::{CountingAllocator, grow_memory_in_large_steps, on_worker};
use gamsa::evidence::Day;
use gamsa::language::Language;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

/// Becomes true when the person who runs the program presses Ctrl-C.
static STOP: AtomicBool = AtomicBool::new(false);

/// Columns of a report that does not go to a terminal.
const DEFAULT_WIDTH: usize = 100;
/// Columns between which a report adapts to the terminal.
const WIDTHS: std::ops::RangeInclusive<usize> = 72..=120;

fn main() -> ExitCode {
    grow_memory_in_large_steps();
    // Prints help and usage errors itself, with exit status 0 and 2.
    let arguments = Arguments::try_parse().unwrap_or_else(|refused| shown_usage(refused).exit());
    // The first Ctrl-C ends the run in an orderly way, the second at once.
    let handler = ctrlc::set_handler(|| {
        if STOP.swap(true, Ordering::Relaxed) {
            std::process::exit(ExitStatus::Interrupted as i32);
        }
    });
    if let Err(error) = handler {
        report_error(&anyhow::Error::from(error));
    }
    let status = on_worker(|| answer(&arguments)).unwrap_or_else(|error| {
        report_error(&anyhow::Error::from(error));
        ExitStatus::Unable
    });
    ExitCode::from(status as u8)
}

/// What is written to the screen at once.
const OUTPUT_BYTES: usize = 64 << 10;

fn answer(arguments: &Arguments) -> ExitStatus {
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
            report_error(&error);
            ExitStatus::Unable
        }
    }
}

fn environment() -> Environment {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| {
        let value = std::env::var(name).ok()?;
        (!value.is_empty()).then_some(value)
    });
    let is_korean = locale.is_some_and(|locale| locale.starts_with("ko"));
    let columns = terminal_size::terminal_size().filter(|_| io::stdout().is_terminal());
    Environment {
        language: if is_korean { Language::Korean } else { Language::English },
        width: columns.map_or(DEFAULT_WIDTH, |(width, _)| usize::from(width.0).clamp(*WIDTHS.start(), *WIDTHS.end())),
        today: Day::today,
        processors: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
        shows_progress: io::stderr().is_terminal() && !io::stdout().is_terminal(),
        stop: &STOP,
    }
}

fn report_error(error: &anyhow::Error) {
    // Nothing can be done where even the error stream is closed.
    let _ = writeln!(io::stderr(), "{}", describe(error));
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .any(|cause| cause.downcast_ref::<io::Error>().is_some_and(|cause| cause.kind() == io::ErrorKind::BrokenPipe))
}
