//! `signback serve` as a process under the system's limits: descriptors, and the size of a file.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

use rustix::process::{Pid, Signal, kill_process};

/// A service on a database of its own, ended with this value.
struct Service {
    child: Child,
    address: SocketAddr,
    /// What it logged before it served.
    logged: Vec<String>,
    /// Keeps its log from being cut off.
    _lines: Receiver<String>,
}

impl Service {
    /// Starts it from a shell that has set limits.
    fn start(name: &str, limits: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("serve-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let database = folder.join("data/signback.db");
        let script = format!("{limits} && exec \"$@\"");
        let mut child = Command::new("sh")
            .args(["-c", &script, "sh", env!("CARGO_BIN_EXE_signback"), "serve"])
            .args(["--listen", "127.0.0.1:0", "--database"])
            .arg(format!("sqlite:{}", database.display()))
            .current_dir(&folder)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let mut logged = Vec::new();
        let address = loop {
            let line = lines.recv().expect("it serves");
            let url = line.split("http://").nth(1).map(str::to_owned);
            logged.push(line);
            if let Some(url) = url {
                break url.split_whitespace().next().unwrap().parse().unwrap();
            }
        };
        Self {
            child,
            address,
            logged,
            _lines: lines,
        }
    }

    fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).unwrap()
    }

    /// The status line of the answer to a question for health.
    fn health(&self) -> String {
        let mut stream = self.connect();
        stream
            .write_all(
                b"GET /_signback/health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
            )
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.lines().next().unwrap_or_default().to_owned()
    }

    /// Stops it as an operator does; it ends well.
    fn stop(mut self) {
        kill_process(self.pid(), Signal::TERM).unwrap();
        let status = self.child.wait().unwrap();
        assert!(status.success(), "{status}");
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_soft_limit_of_descriptors_is_raised_and_that_is_said() {
    let service = Service::start("soft", "ulimit -Sn 40");
    let said = service.logged.join("\n");
    assert!(said.contains("before=40"), "{said}");
    let strangers: Vec<TcpStream> = (0..100).map(|_| service.connect()).collect();
    assert_eq!(service.health(), "HTTP/1.1 200 OK");
    drop(strangers);
    service.stop();
}

#[test]
fn at_a_hard_limit_of_descriptors_strangers_give_way_and_a_stop_is_heard() {
    let service = Service::start("hard", "ulimit -n 64");
    let strangers: Vec<TcpStream> = (0..300).map(|_| service.connect()).collect();
    for _ in 0..10 {
        assert_eq!(service.health(), "HTTP/1.1 200 OK");
    }
    // All of them are still this side's: whoever could not stay was cut off by the service.
    assert_eq!(strangers.len(), 300);
    service.stop();
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_may_not_grow_lets_commits_fail_and_nothing_else() {
    use rustix::process::{Resource, Rlimit, prlimit};

    let service = Service::start("size", "true");
    assert_eq!(service.health(), "HTTP/1.1 200 OK");
    let limit = |bytes: Option<u64>| {
        let both = Rlimit {
            current: bytes,
            maximum: None,
        };
        prlimit(Some(service.pid()), Resource::Fsize, both).unwrap();
    };
    // Not one page more; the signal that comes with that would end the process by default.
    limit(Some(1));
    // The last answer may be a second old, when something was written to see.
    while service.health() == "HTTP/1.1 200 OK" {}
    assert_eq!(service.health(), "HTTP/1.1 503 Service Unavailable");
    limit(None);
    assert_eq!(service.health(), "HTTP/1.1 200 OK");
    service.stop();
}
