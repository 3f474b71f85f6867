//! The commands of clients.

use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _};

/// The longest command that is read. None that is answered is as long.
const BYTES_MAX: u64 = 4096;

/// What a client asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    Ping,
    Version,
    VersionCommands,
    Stats,
    /// More than one command follows on this connection.
    IdSession,
    /// No more follows.
    End,
    /// A file follows in chunks.
    InStream,
    /// It names a file or does what only clamd does: it is not done here.
    Unavailable,
    Unknown,
}

impl Command {
    /// The commands that are answered, as a client is told.
    pub(super) const ANSWERED: &'static str =
        "PING VERSION VERSIONCOMMANDS STATS IDSESSION END INSTREAM";

    fn parse(text: &[u8]) -> Command {
        let word = text.split(|byte| *byte == b' ').next().unwrap_or_default();
        match word {
            b"PING" => Command::Ping,
            b"VERSION" => Command::Version,
            b"VERSIONCOMMANDS" => Command::VersionCommands,
            b"STATS" => Command::Stats,
            b"IDSESSION" => Command::IdSession,
            b"END" => Command::End,
            b"INSTREAM" => Command::InStream,
            b"SCAN" | b"CONTSCAN" | b"MULTISCAN" | b"ALLMATCHSCAN" | b"FILDES" | b"STREAM"
            | b"RELOAD" | b"SHUTDOWN" | b"DETSTATS" | b"DETSTATSCLEAR" => Command::Unavailable,
            _ => Command::Unknown,
        }
    }
}

/// A command, and the byte that ends it and its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) command: Command,
    pub(super) end: u8,
}

/// The next command; none where the client has left. It ends with a zero byte if it begins with `z`, or else with a line.
pub(super) async fn read(input: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Option<Request>> {
    let first = match input.fill_buf().await?.first() {
        Some(first) => *first,
        None => return Ok(None),
    };
    let end = if first == b'z' { 0 } else { b'\n' };
    if matches!(first, b'z' | b'n') {
        input.consume(1);
    }
    let mut text = Vec::new();
    input.take(BYTES_MAX).read_until(end, &mut text).await?;
    let command = if text.pop() == Some(end) {
        Command::parse(text.strip_suffix(b"\r").unwrap_or(&text))
    } else {
        Command::Unknown
    };
    Ok(Some(Request { command, end }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requests(mut bytes: &[u8]) -> Vec<Request> {
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.build().unwrap();
        runtime.block_on(async {
            let mut requests = Vec::new();
            while let Some(request) = read(&mut bytes).await.unwrap() {
                requests.push(request);
            }
            requests
        })
    }

    #[test]
    fn each_way_to_end_a_command_is_read() {
        let commands = |bytes: &[u8]| {
            let requests = requests(bytes).into_iter();
            let pairs = requests.map(|request| (request.command, request.end));
            pairs.collect::<Vec<_>>()
        };
        assert_eq!(
            commands(b"zPING\0nVERSION\nSTATS\r\nzEND\0"),
            [
                (Command::Ping, 0),
                (Command::Version, b'\n'),
                (Command::Stats, b'\n'),
                (Command::End, 0)
            ]
        );
        assert_eq!(
            commands(b"nSCAN /etc/passwd\n"),
            [(Command::Unavailable, b'\n')]
        );
        for unknown in [
            b"zPINGS\0".as_slice(),
            b"n\n",
            b"zPING",
            b"GET / HTTP/1.1\r\n",
            b"z",
        ] {
            assert_eq!(commands(unknown)[0].0, Command::Unknown, "{unknown:?}");
        }
        assert_eq!(commands(b""), []);
        let long = [b"z".as_slice(), &[b'A'; 5000], b"\0"].concat();
        assert_eq!(commands(&long)[0].0, Command::Unknown);
    }
}
