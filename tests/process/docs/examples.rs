//! Executing the examples of a page, in order, against one server with the demo catalog.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::compare::{difference, is_output};
use super::demo::Demo;
use super::page::{Block, Page};
use super::root;
use crate::serving::{binary, serving};

/// The address of the demo on the pages.
const ADDRESS: &str = "127.0.0.1:4000";
/// Stands for `cargo run` on the pages.
const CARGO: &str = "#!/bin/sh\nwhile [ \"$1\" != -- ]; do shift; done; shift\nexec syllabus \"$@\"\n";

/// The result of the examples of a page.
#[derive(Default)]
pub struct Outcome {
    pub executed: usize,
    pub failures: Vec<String>,
}

/// Executes the examples of a page.
pub fn run(page: &Page) -> Outcome {
    let mut example = Example::new(page);
    let mut outcome = Outcome::default();
    for (index, block) in page.blocks.iter().enumerate() {
        let before = index.checked_sub(1).map(|index| &page.blocks[index]).filter(|_| block.is_adjacent);
        let after = page.blocks.get(index + 1).filter(|after| after.is_adjacent);
        let Some(result) = example.execute(before, block, after) else { continue };
        outcome.executed += 1;
        if let Err(failure) = result {
            outcome.failures.push(format!("{}: {failure}", block.place));
        }
    }
    outcome
}

struct Example {
    demo: Option<Demo>,
    runtime: Runtime,
    /// The working directory of the commands, beside the directory of programs.
    folder: TempDir,
}

impl Example {
    fn new(page: &Page) -> Self {
        let needs_demo = page.blocks.iter().any(|block| {
            (block.language == "graphql" && !block.has("schema"))
                || (block.is_command() && block.text.contains(ADDRESS))
        });
        let folder = tempfile::tempdir().expect("the disk has space");
        let programs = folder.path().join("bin");
        fs::create_dir(&programs).expect("the disk has space");
        fs::create_dir(folder.path().join("work")).expect("the disk has space");
        symlink(binary().get_program(), programs.join("syllabus")).expect("the disk has space");
        fs::write(programs.join("cargo"), CARGO).expect("the disk has space");
        fs::set_permissions(programs.join("cargo"), fs::Permissions::from_mode(0o755)).expect("it is there");
        let runtime = Runtime::new().expect("threads start");
        Self { demo: needs_demo.then(Demo::start), runtime, folder }
    }

    /// Executes a block; `None` if there is nothing to execute.
    fn execute(&mut self, before: Option<&Block>, block: &Block, after: Option<&Block>) -> Option<Result<(), String>> {
        match block.language.as_str() {
            "graphql" if block.has("schema") => Some(is_in_schema(block)),
            "graphql" => Some(self.operation(before, block, after)),
            "sh" if block.is_command() => Some(self.command(block, after)),
            "toml" => Some(self.configuration(block)),
            "json" if !block.has("variables") && before.is_none_or(|before| before.language != "graphql") => {
                Some(Err("a response without an operation before it".to_owned()))
            }
            _ => None,
        }
    }

    fn operation(&self, before: Option<&Block>, block: &Block, after: Option<&Block>) -> Result<(), String> {
        let parse = |block: &Block| {
            serde_json::from_str::<Value>(&block.text).map_err(|error| format!("{} is not JSON: {error}", block.place))
        };
        let variables = before.filter(|before| before.has("variables")).map(parse).transpose()?;
        let role = ["reader", "editor", "admin"].into_iter().find(|role| block.has(role));
        let demo = self.demo.as_ref().expect("it was started for this page");
        let response = self.runtime.block_on(demo.send(&block.text, variables, role));
        match after.filter(|after| after.language == "json" && !after.has("variables")) {
            Some(after) => match difference(&parse(after)?, &response) {
                Some(difference) => Err(difference),
                None => Ok(()),
            },
            None if response.get("errors").is_some() => Err(response["errors"].to_string()),
            None => Ok(()),
        }
    }

    fn command(&self, block: &Block, after: Option<&Block>) -> Result<(), String> {
        let (mut script, mut token) = (block.text.clone(), String::new());
        if let Some(demo) = &self.demo {
            script = script.replace(ADDRESS, &demo.address);
            // It is no environment variable, because the program rejects unknown ones that begin with SYLLABUS_.
            token = format!("SYLLABUS_TOKEN='{}'\n", demo.token("admin"));
        }
        let mut command = Command::new("bash");
        command.args(["-eu", "-c", &format!("{token}{script}")]).current_dir(self.folder.path().join("work"));
        let programs = self.folder.path().join("bin").display().to_string();
        let path = std::env::var("PATH").unwrap_or_default();
        command.env("PATH", format!("{programs}:{path}")).stdin(Stdio::null());
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("SYLLABUS_")) {
            command.env_remove(name);
        }
        let output = command.output().map_err(|error| error.to_string())?;
        let [mut out, err] = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
        if !output.status.success() {
            let log = self.demo.as_ref().map(Demo::log).unwrap_or_default();
            return Err(format!("{}\n{out}{err}{log}", output.status));
        }
        if let Some(demo) = &self.demo {
            out = out.replace(&demo.address, ADDRESS);
        }
        match after.filter(|after| after.language == "text") {
            Some(after) if !is_output(&after.text, &out) => Err(format!("it printed\n{out}")),
            _ => Ok(()),
        }
    }

    /// Starts a server with a configuration file.
    fn configuration(&self, block: &Block) -> Result<(), String> {
        let path = self.path("syllabus.toml");
        fs::write(&path, &block.text).expect("the disk has space");
        let mut check = binary();
        check
            .args(["serve", "--listen", "127.0.0.1:0", "--database-url", "sqlite://syllabus.db", "--config"])
            .arg(&path);
        check.current_dir(self.folder.path()).stdout(Stdio::null());
        let (mut child, _) = serving(&mut check);
        let stopped = child.kill().and_then(|()| child.wait());
        stopped.map(|_| ()).map_err(|error| error.to_string())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

impl Block {
    fn has(&self, word: &str) -> bool {
        self.words.iter().any(|one| one == word)
    }

    fn is_command(&self) -> bool {
        self.language == "sh" && !self.has("ignore")
    }
}

/// Whether each line of an excerpt is in the schema.
fn is_in_schema(block: &Block) -> Result<(), String> {
    let schema = fs::read_to_string(Path::new(root()).join("schema.graphql")).expect("it is readable");
    let lines: Vec<&str> = schema.lines().map(str::trim).collect();
    let missing = block.text.lines().map(str::trim).find(|line| !line.is_empty() && !lines.contains(line));
    missing.map_or(Ok(()), |line| Err(format!("schema.graphql does not contain `{line}`")))
}
