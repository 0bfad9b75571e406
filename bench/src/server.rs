//! The server under test: a binary with its own database.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use syllabus_generate::{Scale, generate};

/// A catalog and the binary that serves it.
#[derive(Clone, Debug)]
pub struct Catalog {
    pub binary: PathBuf,
    pub url: String,
}

/// A server that runs until it is dropped.
pub struct Server {
    child: Child,
    pub address: String,
}

impl Catalog {
    /// Runs a command and returns its standard output.
    ///
    /// # Panics
    /// If the command fails.
    #[must_use]
    pub fn run(&self, arguments: &[&str]) -> String {
        let mut command = self.command(arguments);
        let output = command.stderr(Stdio::inherit()).output().expect("the binary runs");
        assert!(output.status.success(), "{arguments:?}: {}", output.status);
        String::from_utf8(output.stdout).expect("output is UTF-8").trim().to_owned()
    }

    /// Imports a generated catalog.
    ///
    /// # Panics
    /// If the catalog cannot be written to the directory, or the import fails.
    pub fn fill(&self, scale: Scale, folder: &Path) {
        let file = folder.join("catalog.jsonl");
        let mut output = BufWriter::new(File::create(&file).expect("the disk has space"));
        generate(scale, &mut output).and_then(|()| output.flush()).expect("the disk has space");
        let _ = self.run(&["migrate", "up"]);
        let _ = self.run(&["import", &file.display().to_string()]);
    }

    /// Starts the server on a free port.
    ///
    /// # Panics
    /// If the server does not start.
    #[must_use]
    pub fn serve(&self, options: &[String]) -> Server {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        let mut child = command.args(options).stderr(Stdio::piped()).spawn().expect("the binary runs");
        let mut lines = BufReader::new(child.stderr.take().expect("it is piped")).lines();
        let address = loop {
            let line = lines.next().expect("it goes on until it listens").expect("output is UTF-8");
            if let Some(rest) = line.strip_prefix("Listening on ") {
                break rest.split_once(". ").expect("a sentence follows").0.to_owned();
            }
        };
        // Later output is forwarded; there should be none under load.
        std::thread::spawn(move || lines.for_each(|line| eprintln!("server: {}", line.unwrap_or_default())));
        Server { child, address }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(arguments).env("SYLLABUS_DATABASE_URL", &self.url);
        command
    }
}

impl Server {
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
