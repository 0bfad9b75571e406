//! PostgreSQL connection strings, in libpq's URI form:
//! <https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS>
//!
//! This is the only parser of them. sqlx gets one URL per host, which [`PostgresUrl::targets`] builds from the parts,
//! because sqlx reads the password file only for URLs.

use std::borrow::Cow;
use std::env;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;
use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use url::Url;

use super::quoted;

/// How long to wait for one host if `connect_timeout` is not given.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const DEFAULT_PORT: u16 = 5432;
/// Parameters that are passed to sqlx unchanged.
const PASSED_ON: [&str; 8] =
    ["user", "password", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey", "application_name"];
/// Parameters that have no effect here.
const IGNORED: [&str; 12] = [
    "client_encoding",
    "fallback_application_name",
    "gssdelegation",
    "gsslib",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "krbsrvname",
    "sslcompression",
    "sslsni",
    "tcp_user_timeout",
];
/// Parameters that are supported only with these values, their defaults.
const FIXED: [(&str, &[&str]); 4] = [
    ("channel_binding", &["disable", "prefer"]),
    ("gssencmode", &["disable", "prefer"]),
    ("load_balance_hosts", &["disable"]),
    ("sslnegotiation", &["postgres"]),
];
/// The environment variables of libpq for parts that a URL omits, and the parameters that they set. sqlx itself reads
/// those of the user, the password, the database and the certificates.
const LIBPQ_VARIABLES: [(&str, &str); 6] = [
    ("PGHOST", "host"),
    ("PGHOSTADDR", "hostaddr"),
    ("PGPORT", "port"),
    ("PGSSLMODE", "sslmode"),
    ("PGCONNECT_TIMEOUT", "connect_timeout"),
    ("PGTARGETSESSIONATTRS", "target_session_attrs"),
];
/// A password with an unescaped character of these ends too early.
const ESCAPES: &str = "write the characters / ? # @ : % in a password as %2F %3F %23 %40 %3A %25";

/// A parsed connection string.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct PostgresUrl {
    /// Parameter names as sqlx spells them, and decoded values.
    parameters: Vec<(Cow<'static, str>, String)>,
    hosts: Vec<Host>,
    connect_timeout: Option<Duration>,
    /// Whether the server must accept writes.
    pub is_writable_wanted: bool,
}

/// One of the servers to try.
#[derive(Clone, PartialEq, Eq, Default)]
struct Host {
    /// A name, an address, or the directory of a Unix socket. `None` stands for the default.
    name: Option<String>,
    port: Option<u16>,
}

impl PostgresUrl {
    /// The servers to try, in order, completed from the environment and the password file.
    ///
    /// # Errors
    /// When sqlx rejects one.
    pub fn targets(&self) -> Result<Vec<PgConnectOptions>, sqlx::Error> {
        self.hosts.iter().map(|host| self.target(host)).collect()
    }

    fn target(&self, host: &Host) -> Result<PgConnectOptions, sqlx::Error> {
        let mut url = Url::parse("postgres:///").map_err(|error| sqlx::Error::Configuration(error.into()))?;
        let port = host.port.map(|port| port.to_string());
        let place = [("host", host.name.as_deref()), ("port", port.as_deref())];
        url.query_pairs_mut()
            .extend_pairs(place.iter().filter_map(|(name, value)| Some((name, (*value)?))))
            .extend_pairs(&self.parameters);
        let options = PgConnectOptions::from_str(url.as_str())?;
        let has_name = options.get_application_name().is_some();
        Ok(if has_name { options } else { options.application_name("syllabus") })
    }

    /// Returns whether there is one server to try.
    #[must_use]
    pub fn has_one_host(&self) -> bool {
        self.hosts.len() == 1
    }

    /// How long one host may take to answer.
    #[must_use]
    pub fn connect_timeout(&self) -> Duration {
        self.connect_timeout.unwrap_or(CONNECT_TIMEOUT)
    }

    /// Returns the file of trusted certificates, if the URL names one.
    #[must_use]
    pub fn root_certificates(&self) -> Option<&str> {
        self.get("sslrootcert")
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// Sets a parameter; the last value wins.
    fn set(&mut self, name: &'static str, value: String) {
        self.parameters.retain(|(other, _)| other != name);
        // An empty value counts as not given.
        if !value.is_empty() {
            self.parameters.push((name.into(), value));
        }
    }
}

/// The location of a server, as it is written in a URL.
pub fn location(target: &PgConnectOptions) -> String {
    let port = target.get_port();
    match socket(target) {
        Some(directory) => format!("{}:{port}", utf8_percent_encode(&directory, NON_ALPHANUMERIC)),
        None if target.get_host().parse::<Ipv6Addr>().is_ok() => format!("[{}]:{port}", target.get_host()),
        None => format!("{}:{port}", target.get_host()),
    }
}

fn socket(target: &PgConnectOptions) -> Option<String> {
    let directory = target.get_socket().map(|path| path.display().to_string());
    directory.or_else(|| target.get_host().starts_with('/').then(|| target.get_host().to_owned()))
}

/// The command that creates a database for a catalog on the server of `target`.
pub fn create_command(target: &PgConnectOptions) -> String {
    let host = socket(target).unwrap_or_else(|| target.get_host().to_owned());
    let name = target.get_database().unwrap_or_else(|| target.get_username());
    format!(
        "createdb --host={} --port={} --username={} --template=template0 --encoding=UTF8 --locale=C {}",
        quoted(&host),
        target.get_port(),
        quoted(target.get_username()),
        quoted(&format!("{name}_utf8")),
    )
}

/// Contains no secrets.
impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let targets = self.targets().unwrap_or_default();
        let name = |target: &PgConnectOptions| target.get_database().unwrap_or(target.get_username()).to_owned();
        let database = targets.first().map(name).unwrap_or_default();
        if let [target] = targets.as_slice()
            && let Some(directory) = socket(target)
        {
            write!(f, "postgres:///{database}?host={directory}")?;
            let port = target.get_port();
            return if port == DEFAULT_PORT { Ok(()) } else { write!(f, "&port={port}") };
        }
        let places: Vec<String> = targets.iter().map(location).collect();
        write!(f, "postgres://{}/{database}", places.join(","))
    }
}

impl FromStr for PostgresUrl {
    type Err = String;

    fn from_str(url: &str) -> Result<Self, String> {
        Self::parse(url, |name| env::var(name).ok())
    }
}

impl PostgresUrl {
    /// Parses a URL. `variable` looks up an environment variable, for the parts that the URL omits. Messages never repeat
    /// text that can be part of a password.
    fn parse(url: &str, variable: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let (_, rest) = url.split_once("://").ok_or("must begin with postgres:// or postgresql://")?;
        let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
        let (authority, database) = rest.split_once('/').map_or((rest, None), |(rest, name)| (rest, Some(name)));
        if database.is_some_and(|name| name.contains(['/', '@'])) {
            return Err(format!("has a database name with / or @ in it: {ESCAPES}"));
        }
        let (user_info, hosts) =
            authority.rsplit_once('@').map_or((None, authority), |(user, rest)| (Some(user), rest));
        let mut parsed = Self::default();
        let mut lists = Lists::default();
        let (user, password) = user_info.map_or(("", ""), |info| info.split_once(':').unwrap_or((info, "")));
        parsed.set("user", decode(user)?);
        parsed.set("password", decode(password)?);
        lists.read_authority(hosts)?;
        parsed.set("dbname", decode(database.unwrap_or_default())?);
        for parameter in query.unwrap_or_default().split('&').filter(|parameter| !parameter.is_empty()) {
            let (name, value) = parameter.split_once('=').ok_or_else(|| {
                format!("has a parameter without a value: parameters are NAME=VALUE, with & between them; {ESCAPES}")
            })?;
            let (name, value) = (decode(name)?, decode(value)?);
            if !lists.read_parameter(&name, &value)? {
                // If a password ended too early, its rest is parsed as parameters.
                let is_name = query.is_some_and(|query| !query.contains('@'));
                parsed.read_parameter(&name, value, is_name)?;
            }
        }
        let has_hosts = lists.names.is_some() || lists.addresses.is_some();
        let has_ports = lists.ports.is_some();
        for (variable_name, name) in LIBPQ_VARIABLES {
            let is_given = match name {
                "host" | "hostaddr" => has_hosts,
                "port" => has_ports,
                // It selects one of several hosts.
                "target_session_attrs" if lists.names.as_ref().is_none_or(|names| names.len() == 1) => true,
                name => parsed.get(name).is_some() || query.is_some_and(|query| query.contains(&format!("{name}="))),
            };
            let Some(value) = variable(variable_name).filter(|value| !value.is_empty() && !is_given) else { continue };
            // The ports of other hosts.
            if name == "port" && has_hosts && value.contains(',') {
                continue;
            }
            let read = match lists.read_parameter(name, &value) {
                Ok(true) if name == "port" && value.split(',').any(|port| port.trim().parse::<u16>().is_err()) => {
                    Err("has a port that is not a number from 1 to 65535".to_owned())
                }
                Ok(false) => parsed.read_parameter(name, value, true),
                read => read.map(drop),
            };
            read.map_err(|reason| format!("takes {name} from the environment, where {variable_name} {reason}"))?;
        }
        parsed.hosts = lists.hosts(parsed.get("sslmode"))?;
        if !parsed.has_one_host() && !parsed.is_writable_wanted {
            let mark = if query.is_some() { '&' } else { '?' };
            return Err(format!(
                "has several hosts, and the first one that answers can be a standby: \
                 append {mark}target_session_attrs=read-write"
            ));
        }
        parsed.targets().map_err(|_| "has parameters that contradict each other".to_owned())?;
        Ok(parsed)
    }

    fn read_parameter(&mut self, name: &str, value: String, is_name: bool) -> Result<(), String> {
        let refused = |allowed: &str| Err(format!("has a value of {name} that is not supported: use {allowed}"));
        // Other drivers, and sqlx until now, spell some of them differently.
        let name = match name {
            "ssl-mode" => "sslmode",
            "ssl-root-cert" | "ssl-ca" => "sslrootcert",
            "ssl-cert" => "sslcert",
            "ssl-key" => "sslkey",
            name => name,
        };
        if name == "sslmode" && PgSslMode::from_str(&value).is_err() {
            return refused("disable, allow, prefer, require, verify-ca or verify-full");
        }
        if let Some(&name) = PASSED_ON.iter().find(|known| **known == name) {
            self.set(name, value);
            return Ok(());
        }
        if let Some((_, values)) = FIXED.iter().find(|(known, _)| *known == name) {
            return if values.contains(&value.as_str()) { Ok(()) } else { refused(&values.join(" or ")) };
        }
        match (name, value.as_str()) {
            // The spelling of Java drivers.
            ("ssl", "true") => self.set("sslmode", "require".to_owned()),
            ("ssl", _) => return refused("sslmode"),
            ("target_session_attrs", "any") => self.is_writable_wanted = false,
            ("target_session_attrs", "read-write" | "primary") => self.is_writable_wanted = true,
            ("target_session_attrs", _) => return refused("any, read-write or primary"),
            // As in libpq, zero and negative values mean no timeout.
            ("connect_timeout", seconds) => match seconds.parse::<i64>() {
                Ok(seconds @ 1..) => self.connect_timeout = Some(Duration::from_secs(seconds.unsigned_abs())),
                Ok(_) => self.connect_timeout = Some(Duration::MAX),
                Err(_) => return refused("a number of seconds"),
            },
            ("options", _) => self.parameters.push(("options".into(), value)),
            (name, _) if name.starts_with("options[") && name.ends_with(']') => {
                self.parameters.push((name.to_owned().into(), value));
            }
            (name, _) if IGNORED.contains(&name) => {}
            (name, _) => {
                let name = if is_name { format!(" {name:?}") } else { String::new() };
                return Err(format!("has a parameter{name} that is not supported; {ESCAPES}"));
            }
        }
        Ok(())
    }
}

/// The locations of the servers, which later parameters can change.
#[derive(Default)]
struct Lists {
    names: Option<Vec<String>>,
    addresses: Option<Vec<String>>,
    ports: Option<Vec<String>>,
}

impl Lists {
    /// Reads `host:port,host:port`.
    fn read_authority(&mut self, text: &str) -> Result<(), String> {
        if text.is_empty() {
            return Ok(());
        }
        let (mut names, mut ports) = (Vec::new(), Vec::new());
        for part in text.split(',') {
            let (name, port) = match part.strip_prefix('[') {
                Some(rest) => rest.split_once(']').ok_or("has an IPv6 address without its closing bracket")?,
                None => part.find(':').map_or((part, ""), |colon| part.split_at(colon)),
            };
            let port = if port.is_empty() { Some("") } else { port.strip_prefix(':') };
            names.push(decode(name)?);
            ports.push(decode(port.ok_or_else(wrong_port)?)?);
        }
        if names.iter().any(|name| !name.is_empty()) {
            self.names = Some(names);
        }
        if ports.iter().any(|port| !port.is_empty()) {
            self.ports = Some(ports);
        }
        Ok(())
    }

    /// Returns whether the parameter is one of these.
    fn read_parameter(&mut self, name: &str, value: &str) -> Result<bool, String> {
        let list = match name {
            "host" => &mut self.names,
            "hostaddr" => &mut self.addresses,
            "port" => &mut self.ports,
            _ => return Ok(false),
        };
        *list = (!value.is_empty()).then(|| value.split(',').map(|part| part.trim().to_owned()).collect());
        if name == "hostaddr" && list.iter().flatten().any(|address| address.parse::<IpAddr>().is_err()) {
            return Err("has a hostaddr that is not an IP address".to_owned());
        }
        Ok(true)
    }

    fn hosts(self, ssl_mode: Option<&str>) -> Result<Vec<Host>, String> {
        if let (Some(names), Some(addresses)) = (&self.names, &self.addresses) {
            if names.len() != addresses.len() {
                return Err(format!("names {} hosts, but {} in hostaddr", names.len(), addresses.len()));
            }
            // The certificate would be checked against the address.
            if ssl_mode == Some("verify-full") {
                return Err("has host and hostaddr with sslmode=verify-full: leave hostaddr out".to_owned());
            }
        }
        let names = self.addresses.or(self.names).unwrap_or_else(|| vec![String::new()]);
        let ports = self.ports.unwrap_or_default();
        if ports.len() > 1 && ports.len() != names.len() {
            return Err(format!("names {} hosts, but {} ports", names.len(), ports.len()));
        }
        let host = |(index, name): (usize, String)| {
            if name.starts_with('@') {
                return Err("names an abstract socket, which is not supported".to_owned());
            }
            let port = ports.get(index).or_else(|| ports.first().filter(|_| ports.len() == 1));
            let port = port
                .filter(|port| !port.is_empty())
                .map(|port| port.parse::<u16>().ok().filter(|port| *port > 0).ok_or_else(wrong_port));
            Ok(Host { name: Some(name).filter(|name| !name.is_empty()), port: port.transpose()? })
        };
        names.into_iter().enumerate().map(host).collect()
    }
}

fn wrong_port() -> String {
    format!("has a port that is not a number from 1 to 65535; write an IPv6 address in brackets; {ESCAPES}")
}

/// Decodes percent-encoded text.
fn decode(text: &str) -> Result<String, String> {
    let mut codes = text.split('%').skip(1).map(str::as_bytes);
    let is_code = |code: &[u8]| matches!(code, [a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit());
    if !codes.all(is_code) {
        return Err("has a % without two hexadecimal digits after it: write % as %25".to_owned());
    }
    match percent_decode_str(text).decode_utf8() {
        Ok(text) if !text.contains('\0') => Ok(text.into_owned()),
        _ => Err("has percent-encoded bytes that are not UTF-8".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> PostgresUrl {
        url.parse().unwrap_or_else(|reason| panic!("{url}: {reason}"))
    }

    /// The parts of the target that do not depend on the environment.
    fn target(url: &str) -> (String, String, String) {
        let target = parse(url).targets().expect("sqlx takes it").remove(0);
        let name = target.get_database().unwrap_or_default().to_owned();
        (location(&target), target.get_username().to_owned(), name)
    }

    #[test]
    fn the_uri_form_of_libpq_is_parsed() {
        for (url, place, user, database) in [
            ("postgres://u:pw@/db?host=/run/postgresql", "%2Frun%2Fpostgresql:5432", "u", "db"),
            ("postgresql://u@%2Frun%2Fpostgresql:5433/db", "%2Frun%2Fpostgresql:5433", "u", "db"),
            ("postgres:///db?host=h&user=u&port=7", "h:7", "u", "db"),
            ("postgres://?host=h&user=u&dbname=db", "h:5432", "u", "db"),
            ("postgres://u@h?dbname=db", "h:5432", "u", "db"),
            ("postgres://u:p@[::1]:5433/db", "[::1]:5433", "u", "db"),
            ("postgres://u%40tenant:p%2Fw@my_db:5433/db", "my_db:5433", "u@tenant", "db"),
            ("postgres://u:p@ss#word@h/db", "h:5432", "u", "db"),
            ("postgres://u@one/first?host=two&dbname=second", "two:5432", "u", "second"),
            ("postgres://u@h/db?hostaddr=127.0.0.1&sslmode=require", "127.0.0.1:5432", "u", "db"),
            ("postgres://u@h/a%20b?application_name=x&connect_timeout=3&keepalives=1", "h:5432", "u", "a b"),
            ("postgres://u@h/db?channel_binding=prefer&ssl=true&", "h:5432", "u", "db"),
        ] {
            assert_eq!(target(url), (place.to_owned(), user.to_owned(), database.to_owned()), "{url}");
        }
    }

    #[test]
    fn hosts_are_tried_in_order() {
        for (url, places) in [
            ("postgres://u@h1:5433,h2:5434/db?", vec!["h1:5433", "h2:5434"]),
            ("postgres://u@h1,h2:5434/db?", vec!["h1:5432", "h2:5434"]),
            ("postgres://u@h1,[::1]/db?port=6432&", vec!["h1:6432", "[::1]:6432"]),
            ("postgres://u@/db?host=h1,/run/b&port=1,2&", vec!["h1:1", "%2Frun%2Fb:2"]),
            ("postgres://u@h1,h2/db?hostaddr=10.0.0.1,10.0.0.2&", vec!["10.0.0.1:5432", "10.0.0.2:5432"]),
        ] {
            let url = format!("{url}target_session_attrs=primary");
            let targets = parse(&url).targets().expect("sqlx takes them");
            assert_eq!(targets.iter().map(location).collect::<Vec<_>>(), places, "{url}");
        }
        let url = parse("postgres://u:secret@h1:5433,h2/db?target_session_attrs=read-write");
        assert!(url.is_writable_wanted);
        assert_eq!(url.to_string(), "postgres://h1:5433,h2:5432/db");
    }

    #[test]
    fn libpq_variables_supply_omitted_parts() {
        let parse = |url: &str, variables: &[(&str, &str)]| {
            PostgresUrl::parse(url, |name| {
                variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
            })
        };
        let lists = [("PGHOST", "h1,h2"), ("PGPORT", "1,2"), ("PGTARGETSESSIONATTRS", "read-write")];
        for (url, variables, shown) in [
            ("postgres://u@/db", &lists[..], "postgres://h1:1,h2:2/db"),
            ("postgres://u@h/db", &[("PGPORT", "7"), ("PGHOST", "other")], "postgres://h:7/db"),
            ("postgres://u@h/db", &[("PGHOSTADDR", "10.0.0.1")], "postgres://h:5432/db"),
            ("postgres://u@h/db", &lists[..], "postgres://h:5432/db"),
            ("postgres://u@h/db", &[("PGTARGETSESSIONATTRS", "prefer-standby")], "postgres://h:5432/db"),
            ("postgres://u@/db", &[("PGHOST", "h"), ("PGPORT", ""), ("PGSSLMODE", "")], "postgres://h:5432/db"),
            ("postgres://u@h:6/db", &[("PGPORT", "7"), ("PGSSLMODE", "verify-full")], "postgres://h:6/db"),
            ("postgres://u@h:6/db?sslmode=require", &[("PGPORT", "x"), ("PGSSLMODE", "x")], "postgres://h:6/db"),
        ] {
            let parsed = parse(url, variables).unwrap_or_else(|reason| panic!("{url}, {variables:?}: {reason}"));
            assert_eq!(parsed.to_string(), shown, "{url}, {variables:?}");
        }
        for (variable, value, reason) in [
            ("PGSSLMODE", "verify_full", "where PGSSLMODE has a value of sslmode that is not supported: use disable"),
            ("PGPORT", "abc", "where PGPORT has a port that is not a number"),
            ("PGHOSTADDR", "h", "where PGHOSTADDR has a hostaddr that is not an IP address"),
            ("PGHOST", "h1,h2", "has several hosts"),
            ("PGCONNECT_TIMEOUT", "soon", "where PGCONNECT_TIMEOUT has a value of connect_timeout"),
        ] {
            let refused = parse("postgres://u@/db", &[(variable, value)]).err().unwrap_or_default();
            assert!(refused.contains(reason), "{variable}={value}: {refused}");
        }
    }

    #[test]
    fn several_hosts_require_one_that_accepts_writes() {
        for (url, remedy) in [
            ("postgres://u@h1,h2/db", "append ?target_session_attrs=read-write"),
            ("postgres://u@/db?host=h1,h2", "append &target_session_attrs=read-write"),
            ("postgres://u@h1,h2/db?target_session_attrs=any", "append &target_session_attrs=read-write"),
        ] {
            let refused = PostgresUrl::from_str(url).err().unwrap_or_else(|| panic!("{url} is refused"));
            assert!(refused.starts_with("has several hosts") && refused.ends_with(remedy), "{url}: {refused}");
        }
        parse("postgres://u@h1,h2/db?target_session_attrs=any&target_session_attrs=read-write");
        parse("postgres://u@h/db?target_session_attrs=any");
    }

    #[test]
    fn invalid_urls_are_rejected_without_showing_the_password() {
        for (url, reason) in [
            ("postgres://u:hunter2@h:port/db", "has a port that"),
            ("postgres://u:hunter2@h:0/db", "has a port that"),
            ("postgres://u:hunter2@h:65536/db", "has a port that"),
            ("postgres://u:hunter2@::1/db", "has a port that"),
            ("postgres://u:hunter2/x@h/db", "has a database name with"),
            ("postgres://u:1/hunter2@h/db", "has a database name with"),
            ("postgres://u:hunter2?x@h/db", "has a parameter without a value"),
            ("postgres://u:1?hunter2@h/db", "has a parameter without a value"),
            ("postgres://u:1?hunter2@h/db=x", "has a parameter that is not supported"),
            ("postgres://u:1?hunter2=x@h/db", "has a parameter that is not supported"),
            ("postgres://u:hunter2%@h/db", "has a % without"),
            ("postgres://u:hunter2%ff@h/db", "has percent-encoded bytes"),
            ("postgres://u:hunter2%00@h/db", "has percent-encoded bytes"),
            ("postgres://u:hunter2@[::1/db", "has an IPv6 address without"),
            ("postgres://u:hunter2@h1,h2,h3/db?port=1,2", "names 3 hosts, but 2 ports"),
            ("postgres://u:hunter2@h1,h2/db?hostaddr=10.0.0.1", "names 2 hosts, but 1 in hostaddr"),
            ("postgres://u:hunter2@h/db?hostaddr=h", "has a hostaddr that is not"),
            ("postgres://u:hunter2@h/db?hostaddr=::1&sslmode=verify-full", "has host and hostaddr with"),
            ("postgres://u:hunter2@h/db?sslmode=maybe", "has a value of sslmode that is not supported: use disable"),
            ("postgres://u:hunter2@h/db?channel_binding=require", "has a value of channel_binding that"),
            ("postgres://u:hunter2@h/db?target_session_attrs=standby", "has a value of target_session_attrs"),
            ("postgres://u:hunter2@h/db?schema=public", "has a parameter \"schema\" that is not supported"),
            ("postgres://u:hunter2@/db?host=@abstract", "names an abstract socket"),
        ] {
            let refused = PostgresUrl::from_str(url).err().unwrap_or_else(|| panic!("{url} is refused"));
            assert!(refused.starts_with(reason), "{url}: {refused}");
            assert!(!refused.contains("hunter2"), "{refused}");
        }
    }
}
