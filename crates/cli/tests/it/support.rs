//! A home directory, a server with scripted answers, and the binary under the name `aws`.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rustix::pty::OpenptFlags;

/// The operation that most tests call.
pub(crate) const UPDATE: [&str; 6] = [
    "connect",
    "update-participant-authentication",
    "--state",
    "st-1",
    "--instance-id",
    "inst-1",
];

/// A clean place to run the command in.
pub(crate) struct Stage {
    pub(crate) home: PathBuf,
    variables: Vec<(String, String)>,
}

impl Stage {
    /// An empty home, with keys and a region in the environment.
    pub(crate) fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let home = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("home-{}-{number}", std::process::id()));
        let _ = std::fs::remove_dir_all(&home);
        std::fs::create_dir_all(&home).unwrap();
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_signback"), home.join("aws")).unwrap();
        let stage = Self {
            home,
            variables: Vec::new(),
        };
        stage
            .with("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
            .with("AWS_SECRET_ACCESS_KEY", "secret")
            .with("AWS_DEFAULT_REGION", "us-east-1")
            .with("AWS_EC2_METADATA_DISABLED", "true")
    }

    /// An empty home without keys; every service is at that address.
    pub(crate) fn without_keys(url: &str) -> Self {
        Self::new()
            .without("AWS_ACCESS_KEY_ID")
            .without("AWS_SECRET_ACCESS_KEY")
            .with("AWS_ENDPOINT_URL", url)
    }

    /// The same place with one more variable.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same place without a variable.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self
    }

    /// The same place with a file in the home directory.
    pub(crate) fn with_file(self, path: &str, text: &str) -> Self {
        let path = self.home.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    /// The same place with a program in the home directory.
    pub(crate) fn with_program(self, path: &str, text: &str) -> Self {
        use std::os::unix::fs::PermissionsExt as _;
        let stage = self.with_file(path, text);
        let executable = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(stage.home.join(path), executable).unwrap();
        stage
    }

    /// The text of a file in the home directory.
    pub(crate) fn file(&self, path: &str) -> String {
        std::fs::read_to_string(self.home.join(path)).unwrap()
    }

    /// Who may do what with a file in the home directory.
    pub(crate) fn mode(&self, path: &str) -> u32 {
        use std::os::unix::fs::PermissionsExt as _;
        let metadata = std::fs::metadata(self.home.join(path)).unwrap();
        metadata.permissions().mode() & 0o777
    }

    /// Runs a line of shell in this place, and gives its status.
    pub(crate) fn shell(&self, line: &str) -> i32 {
        let mut shell = self.program("sh");
        shell.args(["-c", line]).stderr(Stdio::null());
        shell.status().unwrap().code().unwrap()
    }

    /// Runs the command on a terminal, types an answer once it asks, and gives its status and what
    /// the terminal showed.
    pub(crate) fn aws_asked(&self, words: &str, question: &str, answer: &str) -> (i32, String) {
        let mut command = self.program("script");
        command.args(["-qec", &format!("./aws {words}"), "/dev/null"]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut shown = Vec::new();
        let mut byte = [0];
        let mut terminal = child.stdout.take().unwrap();
        while !String::from_utf8_lossy(&shown).contains(question)
            && terminal.read(&mut byte).unwrap() == 1
        {
            shown.push(byte[0]);
        }
        let mut keys = child.stdin.take().unwrap();
        keys.write_all(answer.as_bytes()).unwrap();
        keys.flush().unwrap();
        terminal.read_to_end(&mut shown).unwrap();
        drop(keys);
        let status = child.wait().unwrap().code().unwrap();
        (status, String::from_utf8(shown).unwrap())
    }

    /// Runs the command.
    pub(crate) fn aws(&self, words: &[&str]) -> Ran {
        self.run(words, "", Stdio::piped())
    }

    /// Runs the command with its standard output going into a file.
    pub(crate) fn aws_into(&self, path: &str, words: &[&str]) -> Ran {
        let file = std::fs::OpenOptions::new().write(true).open(path).unwrap();
        self.run(words, "", Stdio::from(file))
    }

    /// Runs the command with something on its standard input.
    pub(crate) fn aws_with_input(&self, words: &[&str], input: &str) -> Ran {
        self.run(words, input, Stdio::piped())
    }

    /// Runs the command with its standard output going to a reader that has gone away.
    pub(crate) fn aws_unread(&self, words: &[&str]) -> Ran {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        self.run(words, "", Stdio::from(writer))
    }

    /// Runs the command with its standard output on a terminal of that many columns.
    pub(crate) fn aws_on_terminal(&self, words: &[&str], columns: u16) -> Ran {
        let master = rustix::pty::openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        rustix::pty::grantpt(&master).unwrap();
        rustix::pty::unlockpt(&master).unwrap();
        let size = rustix::termios::Winsize {
            ws_row: 40,
            ws_col: columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        rustix::termios::tcsetwinsize(&master, size).unwrap();
        let name = rustix::pty::ptsname(&master, Vec::new()).unwrap();
        let terminal = std::fs::OpenOptions::new()
            .read(true)
            .write(true)
            .open(name.to_str().unwrap())
            .unwrap();
        let reader = std::thread::spawn(move || {
            let (mut master, mut shown) = (std::fs::File::from(master), Vec::new());
            // A terminal that nobody holds open any more ends in an error.
            let _ = master.read_to_end(&mut shown);
            shown
        });
        let Ran(mut output) = self.run(words, "", Stdio::from(terminal));
        output.stdout = reader.join().unwrap();
        Ran(output)
    }

    /// Runs one of the program's own commands, under its own name.
    pub(crate) fn signback(&self, words: &[&str]) -> Ran {
        let mut command = self.program(env!("CARGO_BIN_EXE_signback"));
        Ran(command.args(words).output().unwrap())
    }

    /// The command in this place, for a test that starts it itself.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = self.program(self.home.join("aws"));
        command.args(words);
        command
    }

    fn run(&self, words: &[&str], input: &str, stdout: Stdio) -> Ran {
        // Nothing of the command stays, which would keep the terminal open that it writes to.
        let mut child = self
            .command(words)
            .stdin(Stdio::piped())
            .stdout(stdout)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        Ran(child.wait_with_output().unwrap())
    }
}

impl Stage {
    /// A program in the clean environment.
    fn program(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(&self.home)
            .env_clear()
            .env("HOME", &self.home)
            .env("PATH", "/usr/bin:/bin")
            .env("TZ", "UTC")
            .envs(self.variables.iter().cloned());
        command
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.home);
    }
}

/// What came of a run.
pub(crate) struct Ran(Output);

impl Ran {
    pub(crate) fn status(&self) -> i32 {
        self.0.status.code().unwrap()
    }

    pub(crate) fn stdout(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).unwrap()
    }

    pub(crate) fn stderr(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).unwrap()
    }
}

impl Ran {
    /// What went to standard output and error, byte by byte, as letters of Latin-1.
    pub(crate) fn in_latin_1(&self) -> (String, String) {
        let letters = |bytes: &[u8]| bytes.iter().map(|byte| char::from(*byte)).collect();
        (letters(&self.0.stdout), letters(&self.0.stderr))
    }
}

/// A request as the server got it.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value)
    }

    /// The access key that signed it; empty if nobody did.
    pub(crate) fn signer(&self) -> &str {
        let signature = self.header("authorization");
        let key = signature.strip_prefix("AWS4-HMAC-SHA256 Credential=");
        key.and_then(|key| key.split('/').next())
            .unwrap_or_default()
    }
}

/// A server with one answer after the other; the last one repeats.
pub(crate) struct Server {
    pub(crate) url: String,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Server {
    /// A server that answers with these statuses, headers and bodies.
    pub(crate) fn answering(answers: &[(u16, &str, &str)]) -> Self {
        let answers: Vec<String> = answers.iter().map(|(status, headers, body)| {
            format!("HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n{body}", body.len())
        }).collect();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let received = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&received);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let request = read(&stream);
                let count = {
                    let mut log = log.lock().unwrap();
                    log.push(request);
                    log.len()
                };
                stream
                    .write_all(answers[(count - 1).min(answers.len() - 1)].as_bytes())
                    .unwrap();
            }
        });
        Self { url, received }
    }

    /// What came in so far.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

/// The place of a server that gives every connection these bytes, after some of a request, and
/// ends its side of it: what the client still sends is read, so that it meets the end, not a reset.
pub(crate) fn saying(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            std::thread::spawn(move || {
                let _ = stream.read(&mut [0; 4096]);
                let _ = stream.write_all(answer);
                let _ = stream.shutdown(Shutdown::Write);
                let _ = std::io::copy(&mut stream, &mut std::io::sink());
            });
        }
    });
    place
}

fn read(stream: &TcpStream) -> Received {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            break;
        }
        lines.push(line.trim().to_owned());
    }
    let field = |line: &String| {
        let (name, value) = line.split_once(": ").unwrap_or((line, ""));
        (name.to_lowercase(), value.to_owned())
    };
    let headers: Vec<(String, String)> = lines[1..].iter().map(field).collect();
    let length = headers
        .iter()
        .find(|(name, _)| name == "content-length")
        .map_or(0, |(_, value)| value.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    Received {
        line: lines[0].clone(),
        headers,
        body: String::from_utf8(body).unwrap(),
    }
}
