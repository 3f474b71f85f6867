//! One connection of a client.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use basma::CancelToken;
use tokio::io::{
    AsyncBufRead, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, timeout, timeout_at};

use super::command::{self, Command, Request};
use crate::serve::answer::Refusal;
use crate::serve::ending::{DRAIN, LINGER};
use crate::serve::listener::stopped;
use crate::serve::media::Received;
use crate::serve::service::Service;
use crate::verdict::{Outcome, Unchecked, Verdict};

/// How long a client may be silent between commands.
const IDLE: Duration = Duration::from_secs(30);

/// How much of a chunk is read at a time.
const PIECE: usize = 64 << 10;

/// Answers the commands of one connection. Errors of the connection concern its client alone.
pub(super) async fn run(
    input: impl AsyncRead + Unpin,
    output: impl AsyncWrite + Unpin,
    service: Arc<Service>,
    stop: CancelToken,
    place: OwnedSemaphorePermit,
) {
    let mut session = Session {
        input: BufReader::new(input),
        output,
        service,
        stop,
        number: None,
    };
    let _ = session.run().await;
    drop(place);
}

/// Waits until the service has been ending for a while.
async fn lingering(stop: &CancelToken) {
    stopped(stop).await;
    tokio::time::sleep(LINGER).await;
}

struct Session<I, O> {
    input: BufReader<I>,
    output: O,
    service: Arc<Service>,
    /// Ends the connection between two commands.
    stop: CancelToken,
    /// The number of the last command, where the client said that several follow.
    number: Option<u64>,
}

/// Whether the connection goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Command,
    Close,
}

impl<I: AsyncRead + Unpin, O: AsyncWrite + Unpin> Session<I, O> {
    async fn run(&mut self) -> io::Result<()> {
        loop {
            let read = tokio::select! {
                biased;
                read = timeout(IDLE, command::read(&mut self.input)) => read,
                () = lingering(&self.stop) => return Ok(()),
            };
            let Some(request) = read.map_err(|_| io::ErrorKind::TimedOut)?? else {
                return Ok(());
            };
            let next = self.obey(request).await?;
            // Without a session a connection is for one command.
            if next == Next::Close || self.number.is_none() {
                return self.leave().await;
            }
        }
    }

    /// Ends the connection. What the client still sends is read for a while, so that it reads the answer and not an error.
    async fn leave(&mut self) -> io::Result<()> {
        self.output.shutdown().await?;
        let mut nowhere = tokio::io::sink();
        let rest = tokio::io::copy(&mut self.input, &mut nowhere);
        let _ = timeout(DRAIN, rest).await;
        Ok(())
    }

    async fn obey(&mut self, request: Request) -> io::Result<Next> {
        let end = request.end;
        match request.command {
            Command::IdSession => {
                self.number = self.number.or(Some(0));
                return Ok(Next::Command);
            }
            Command::End => return Ok(Next::Close),
            _ => {}
        }
        self.number = self.number.map(|number| number + 1);
        let text = match request.command {
            Command::Ping => "PONG".to_owned(),
            Command::Version => version(&self.service),
            Command::VersionCommands => {
                let version = version(&self.service);
                format!("{version}| COMMANDS: {}", Command::ANSWERED)
            }
            Command::Stats => stats(&self.service),
            Command::InStream => return self.stream(end).await,
            Command::Unavailable => {
                "COMMAND UNAVAILABLE, send the content by INSTREAM. ERROR".to_owned()
            }
            Command::IdSession | Command::End | Command::Unknown => "UNKNOWN COMMAND".to_owned(),
        };
        self.answer(&text, end).await?;
        let is_known = request.command != Command::Unknown;
        Ok(if is_known { Next::Command } else { Next::Close })
    }

    async fn answer(&mut self, text: &str, end: u8) -> io::Result<()> {
        let number = self.number.map(|number| format!("{number}: "));
        let mut line = number.unwrap_or_default() + text;
        line.push(end.into());
        // A client that takes no answers would keep its place for ever.
        let written = timeout(
            self.service.deadline,
            self.output.write_all(line.as_bytes()),
        )
        .await;
        written.map_err(|_| io::ErrorKind::TimedOut)??;
        self.output.flush().await
    }

    /// Receives a file and answers with what the lists say of it.
    async fn stream(&mut self, end: u8) -> io::Result<Next> {
        let deadline = Instant::now() + self.service.deadline;
        let _under_way = self.service.withdrawals.enter();
        let received = Received::new(self.service.body_bytes);
        let received = timeout_at(deadline, receive(&mut self.input, received)).await;
        let received = match received {
            Ok(received) => received?,
            // The rest of the file would be taken for a command.
            Err(_) => {
                let late = Verdict::NotChecked(Unchecked::Deadline);
                self.answer(&self.words(&late), end).await?;
                return Ok(Next::Close);
            }
        };
        match received {
            Ok(received) => {
                let inspected = timeout_at(deadline, self.service.inspect(received)).await;
                let verdict = inspected.map(|inspected| inspected.verdict);
                let verdict = verdict.unwrap_or(Verdict::NotChecked(Unchecked::Deadline));
                self.answer(&self.words(&verdict), end).await?;
                Ok(Next::Command)
            }
            Err(refusal) => {
                let verdict = Verdict::from(&refusal);
                let words = match verdict {
                    // The words of clamd, by which its clients know it.
                    Verdict::NotExamined(_) => "INSTREAM size limit exceeded. ERROR".to_owned(),
                    other => self.words(&other),
                };
                self.answer(&words, end).await?;
                Ok(Next::Close)
            }
        }
    }

    /// A verdict in the words of clamd.
    fn words(&self, verdict: &Verdict) -> String {
        words(verdict, self.service.policy().outcome(verdict))
    }
}

fn words(verdict: &Verdict, outcome: Outcome) -> String {
    match (outcome, verdict) {
        (Outcome::Refused, Verdict::Matched(matched)) => {
            format!("stream: Basma.{} FOUND", virus(&matched.list))
        }
        (Outcome::Passes, _) => "stream: OK".to_owned(),
        // Clients take what stands between the colon and the last word for the reason.
        (_, verdict) => {
            let code = verdict.unknown().unwrap_or_default();
            let kind = match verdict {
                Verdict::NotChecked(_) => "not checked",
                _ => "not examined",
            };
            format!("stream: {kind} ({code}) ERROR")
        }
    }
}

/// The name of a list as that of a virus: without blanks and colons, which clients divide answers by.
fn virus(list: &str) -> String {
    let letter = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    list.chars()
        .map(|c| if letter(c) { c } else { '_' })
        .collect()
}

/// Reads the chunks of a file: the length of each in four bytes, then its bytes. A chunk of no bytes is the last.
async fn receive(
    input: &mut (impl AsyncBufRead + Unpin),
    mut received: Received,
) -> io::Result<Result<Received, Refusal>> {
    let mut piece = vec![0; PIECE];
    loop {
        let mut left = input.read_u32().await? as usize;
        if left == 0 {
            return Ok(Ok(received));
        }
        while left > 0 {
            let most = left.min(PIECE);
            let read = input.read(&mut piece[..most]).await?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            left -= read;
            if let Err(refusal) = received.push(&Bytes::copy_from_slice(&piece[..read])) {
                return Ok(Err(refusal));
            }
        }
    }
}

/// The program, the generation of the lists, and that they are such: `basma 0.1.0/7`.
fn version(service: &Service) -> String {
    let generation = service.state().map_or(0, |state| state.generation);
    format!("Basma {}/{generation}", env!("CARGO_PKG_VERSION"))
}

/// What programs that watch clamd read of it.
fn stats(service: &Service) -> String {
    let idle = service.jobs.available_permits();
    let live = service.most_jobs.saturating_sub(idle);
    format!(
        "POOLS: 1\n\nSTATE: VALID PRIMARY\nTHREADS: live {live}  idle {idle} max {} idle-timeout 30\nQUEUE: 0 items\n\n\
         MEMSTATS: heap N/A mmap N/A used N/A free N/A releasable N/A pools 0 pools_used N/A pools_total N/A\nEND",
        service.most_jobs
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::Matched;

    #[test]
    fn a_verdict_is_told_as_clients_read_it() {
        let matched = |list: &str| {
            Verdict::Matched(Box::new(Matched {
                list: list.to_owned(),
                action: basma::store::MaxAction::Block,
                not_examined: None,
            }))
        };
        assert_eq!(
            words(&matched("own"), Outcome::Refused),
            "stream: Basma.own FOUND"
        );
        let odd = words(&matched("قائمة a: b\n"), Outcome::Refused);
        assert_eq!(odd, "stream: Basma.______a__b_ FOUND");
        assert_eq!(words(&matched("own"), Outcome::Passes), "stream: OK");
        assert_eq!(words(&Verdict::NoMatch, Outcome::Passes), "stream: OK");
        let cut = Verdict::NotExamined("picture-cut");
        assert_eq!(
            words(&cut, Outcome::Unchecked),
            "stream: not examined (picture-cut) ERROR"
        );
        assert_eq!(words(&cut, Outcome::Passes), "stream: OK");
        let late = Verdict::NotChecked(Unchecked::Deadline);
        assert_eq!(
            words(&late, Outcome::Unchecked),
            "stream: not checked (deadline) ERROR"
        );
    }
}
