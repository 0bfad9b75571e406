//! The settings of the program.
//!
//! A value comes from the flags, else from the environment (`SYLLABUS_…`), else from the TOML file, else from the
//! defaults. All errors are reported together, each with its key and its source.
//!
//! To add a setting, define a [`Setting`] beside the struct of its section, add a field to that struct, and read it in
//! `read`. The flag, the variable, the key in the file, the help and the check for unknown names follow from the
//! setting.

mod auth;
mod cache;
mod catalog;
mod cors_origins;
mod database;
mod documents;
mod edge;
mod error;
mod federation;
mod http;
mod limits;
mod listen;
mod log;
mod manifest;
mod network;
mod otlp;
mod rate_limit;
mod rate_limit_factors;
mod reader;
mod search;
mod server;
mod setting;
mod site;
mod sources;
mod subscriptions;
mod units;
mod value;

pub use auth::AuthSettings;
pub use cache::CacheSettings;
pub use catalog::CatalogSettings;
pub use cors_origins::CorsOrigins;
pub use database::{DatabaseLocation, DatabaseSettings};
pub use documents::DocumentSettings;
pub use edge::{EdgeSettings, PurgeDriver, PurgeSettings};
pub use error::{ConfigIssue, Error};
pub use federation::{FederationSettings, SchemaKind};
pub use http::HttpSettings;
pub use limits::Limits;
pub use listen::Listen;
pub use log::{LogFilter, LogFormat, LogSettings};
pub use manifest::{Manifest, ManifestError};
pub use network::Network;
pub use otlp::OtlpSettings;
pub use rate_limit::RateLimitSettings;
pub use rate_limit_factors::{RateLimitFactors, RateLimitedClient};
pub use reader::SettingsReader;
pub use search::SearchSettings;
pub use server::{ServerSettings, TlsFiles};
pub use setting::Setting;
pub use site::SiteSettings;
pub use sources::{Source, Sources};
pub use subscriptions::SubscriptionSettings;
pub use units::duration;
pub use value::Value;

/// A group of related settings.
pub trait Section: Sized {
    /// Returns the settings that [`Section::read`] reads.
    fn settings() -> Vec<&'static Setting>;

    /// Reads the values. The reader collects the errors.
    fn read(reader: &mut SettingsReader<'_>) -> Self;
}

/// Two sections, for commands that need no more.
impl<A: Section, B: Section> Section for (A, B) {
    fn settings() -> Vec<&'static Setting> {
        [A::settings(), B::settings()].concat()
    }

    fn read(reader: &mut SettingsReader<'_>) -> Self {
        (A::read(reader), B::read(reader))
    }
}

/// All settings: those of `syllabus serve`.
#[derive(Clone, Debug)]
pub struct Settings {
    pub database: DatabaseSettings,
    pub catalog: CatalogSettings,
    pub search: SearchSettings,
    pub server: ServerSettings,
    pub http: HttpSettings,
    pub site: SiteSettings,
    pub auth: AuthSettings,
    pub subscriptions: SubscriptionSettings,
    pub documents: DocumentSettings,
    pub federation: FederationSettings,
    pub limits: Limits,
    pub rate_limit: RateLimitSettings,
    pub cache: CacheSettings,
    pub edge: EdgeSettings,
    pub log: LogSettings,
    pub otlp: OtlpSettings,
}

impl Section for Settings {
    fn settings() -> Vec<&'static Setting> {
        [
            DatabaseSettings::settings(),
            CatalogSettings::settings(),
            SearchSettings::settings(),
            ServerSettings::settings(),
            HttpSettings::settings(),
            SiteSettings::settings(),
            AuthSettings::settings(),
            SubscriptionSettings::settings(),
            DocumentSettings::settings(),
            FederationSettings::settings(),
            Limits::settings(),
            RateLimitSettings::settings(),
            CacheSettings::settings(),
            EdgeSettings::settings(),
            LogSettings::settings(),
            OtlpSettings::settings(),
        ]
        .concat()
    }

    fn read(reader: &mut SettingsReader<'_>) -> Self {
        let settings = Self {
            database: DatabaseSettings::read(reader),
            catalog: CatalogSettings::read(reader),
            search: SearchSettings::read(reader),
            server: ServerSettings::read(reader),
            http: HttpSettings::read(reader),
            site: SiteSettings::read(reader),
            auth: AuthSettings::read(reader),
            subscriptions: SubscriptionSettings::read(reader),
            documents: DocumentSettings::read(reader),
            federation: FederationSettings::read(reader),
            limits: Limits::read(reader),
            rate_limit: RateLimitSettings::read(reader),
            cache: CacheSettings::read(reader),
            edge: EdgeSettings::read(reader),
            log: LogSettings::read(reader),
            otlp: OtlpSettings::read(reader),
        };
        // Otherwise, an operation could be charged less than its cost.
        if settings.rate_limit.is_enabled
            && usize::try_from(settings.rate_limit.burst).is_ok_and(|burst| burst < settings.limits.cost)
        {
            reader.reject(&rate_limit::BURST, format!("must be at least limits.cost, {}", settings.limits.cost));
        }
        if let Some(subject) = settings.rate_limit.factors.subject().filter(|_| settings.auth.jwt.is_none()) {
            let reason =
                format!("invalid client \"subject:{subject}\": requires an identity provider, auth.jwt-issuer");
            reader.reject(&rate_limit::FACTORS, reason);
        }
        // A response that was computed before a change can arrive that much later.
        let transfer = settings.limits.query_timeout + edge::TRANSFER_TIME;
        if settings.edge.purge.as_ref().is_some_and(|purge| purge.second_purge_delay < transfer) {
            let least = transfer.as_secs_f64();
            if reader.is_set(&edge::SECOND_PURGE_DELAY) {
                let reason = format!("must be at least {least}s, 1s longer than limits.query-timeout");
                reader.reject(&edge::SECOND_PURGE_DELAY, reason);
            } else {
                reader.reject(&limits::QUERY_TIMEOUT, format!("requires edge.second-purge-delay = \"{least}s\""));
            }
        }
        settings
    }
}

impl Settings {
    /// Returns the defaults, with a port that the system picks.
    ///
    /// # Panics
    /// Panics if a default is invalid.
    #[must_use]
    pub fn for_testing() -> Self {
        let sources = Sources::default()
            .with_flag(&server::LISTEN, "127.0.0.1:0")
            .with_flag(&server::PUBLIC_URL, "https://learn.example")
            // Other tests may use the processor for a long time, and a search can wait until an index is built.
            .with_flag(&limits::QUERY_TIMEOUT, "1m")
            .with_flag(&search::WAIT, "1m");
        load(&sources).expect("the defaults are valid")
    }
}

/// Reads the settings of one command. Rejects names that no command knows.
///
/// # Errors
/// Returns all invalid settings.
pub fn load<S: Section>(sources: &Sources) -> Result<S, Error> {
    let mut reader = SettingsReader::new(sources);
    let settings = S::read(&mut reader);
    reader.reject_unknown(&Settings::settings());
    reader.finish(settings)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issues_of(sources: &Sources) -> Vec<String> {
        let error = load::<Settings>(sources).expect_err("something is wrong");
        error.issues().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn defaults_apply_without_sources() {
        let settings: Settings = load(&Sources::default()).expect("the defaults are valid");
        assert_eq!(settings.server.listen.to_string(), "127.0.0.1:4000");
        assert_eq!(settings.database.connect.url.to_string(), "sqlite:syllabus.db");
        assert!(!settings.server.demo);
        assert_eq!(settings.server.public_url, None);
        assert_eq!(settings.log.format, LogFormat::Text);
    }

    #[test]
    fn flags_override_the_environment_which_overrides_the_file() {
        let file = "listen = '127.0.0.1:1'\n[log]\nformat = 'json'\nlevel = 'debug'";
        let sources = Sources::default()
            .with_file("syllabus.toml", file)
            .with_variable("SYLLABUS_LISTEN", "127.0.0.1:2")
            .with_variable("SYLLABUS_LOG_LEVEL", "error")
            .with_flag(&server::LISTEN, "127.0.0.1:3");
        let settings: Settings = load(&sources).expect("all values are valid");
        assert_eq!(settings.server.listen.to_string(), "127.0.0.1:3");
        assert_eq!(settings.log.level.to_string(), "error");
        assert_eq!(settings.log.format, LogFormat::Json);
    }

    #[test]
    fn too_large_numbers_are_rejected() {
        let file = "limits.concurrency = 4294967296\nsubscriptions.buffer = 65537\nlimits.query-timeout = '99999999999999999999s'\n\
                    limits.body-size = '99999999999999999999GiB'";
        let mut issues = issues_of(&Sources::default().with_file("syllabus.toml", file));
        issues.sort();
        assert_eq!(
            issues,
            [
                "limits.body-size (file syllabus.toml): size \"99999999999999999999GiB\" is too large",
                "limits.concurrency (file syllabus.toml): invalid number \"4294967296\": expected 1 to 4294967295",
                "limits.query-timeout (file syllabus.toml): duration \"99999999999999999999s\" must be at most 365d",
                "subscriptions.buffer (file syllabus.toml): must be at most 65536",
            ]
        );
    }

    #[test]
    fn all_errors_are_reported_with_their_source() {
        let file = "lisen = 'x'\ndemo = 'perhaps'\n[log]\nformat = 'xml'\n[smtp]\nhost = 'a'";
        let sources = Sources::default()
            .with_file("syllabus.toml", file)
            .with_variable("SYLLABUS_LISTEN", "4000")
            .with_variable("SYLLABUS_DATABASE", "x")
            .with_flag(&database::URL, "mysql://root:hunter2@host/db");
        let issues = issues_of(&sources);
        assert_eq!(
            issues,
            [
                "database.url (flag --database-url): must begin with sqlite:, postgres:// or postgresql://",
                "listen (environment SYLLABUS_LISTEN): invalid address \"4000\": expected one like 127.0.0.1:4000 or localhost:4000",
                "demo (file syllabus.toml): invalid value \"perhaps\": expected true or false",
                "log.format (file syllabus.toml): invalid value \"xml\": expected text or json",
                "lisen (file syllabus.toml): unknown setting; did you mean listen?",
                "smtp.host (file syllabus.toml): unknown setting",
                "SYLLABUS_DATABASE (environment): unknown setting; did you mean SYLLABUS_DATABASE_URL?",
            ]
        );
        assert!(!issues.concat().contains("hunter2"));
    }

    #[test]
    fn invalid_toml_is_reported_with_its_line() {
        let issues = issues_of(&Sources::default().with_file("syllabus.toml", "listen = '127.0.0.1:1'\nlog ="));
        assert_eq!(issues.len(), 1);
        assert!(issues[0].starts_with("syllabus.toml (file): invalid TOML at line 2: "), "{}", issues[0]);
    }

    #[test]
    fn variables_of_tests_clients_and_kubernetes_are_ignored() {
        let sources = Sources::default()
            .with_variable("SYLLABUS_REQUIRE_POSTGRES", "1")
            .with_variable("SYLLABUS_URL", "http://127.0.0.1:4000/graphql")
            .with_variable("SYLLABUS_TOKEN", "syl_secret")
            .with_variable("SYLLABUS_PORT", "tcp://10.0.0.1:80")
            .with_variable("SYLLABUS_PORT_80_TCP_ADDR", "10.0.0.1")
            .with_variable("SYLLABUS_SERVICE_HOST", "10.0.0.1");
        load::<Settings>(&sources).expect("none of these is a setting");
    }

    #[test]
    fn an_identity_provider_requires_all_its_settings() {
        let variable = |name: &str, text: &str| Sources::default().with_variable(name, text);
        let half = variable("SYLLABUS_AUTH_JWT_ISSUER", "https://id.example");
        let expected = "auth.jwt-issuer (environment SYLLABUS_AUTH_JWT_ISSUER): \
                    requires auth.jwt-audience and auth.jwt-jwks";
        assert_eq!(issues_of(&half), [expected]);
        let map = issues_of(&variable("SYLLABUS_AUTH_JWT_ROLE_MAP", "editors=EDITOR"));
        assert!(map[0].contains("requires auth.jwt-issuer and auth.jwt-audience and auth.jwt-jwks"), "{map:?}");
        let whole = half
            .with_variable("SYLLABUS_AUTH_JWT_AUDIENCE", "syllabus")
            .with_file("syllabus.toml", "[auth]\njwt-jwks = 'keys.json'\njwt-role-map = ['a=READER', 'b=ADMIN']");
        let settings: Settings = load(&whole).expect("all JWT settings are set");
        let jwt = settings.auth.jwt.expect("the settings contain a JWT section");
        assert_eq!((jwt.roles_claim.as_str(), jwt.jwks.to_string()), ("roles", "keys.json".to_owned()));
    }

    #[test]
    fn a_pooler_requires_postgresql() {
        let pooled = Sources::default().with_file("syllabus.toml", "[database]\npooler = 'transaction'");
        let expected = "database.pooler (file syllabus.toml): requires a PostgreSQL URL in database.url";
        assert_eq!(issues_of(&pooled), [expected]);
        let postgres = |sources: Sources| sources.with_variable("SYLLABUS_DATABASE_URL", "postgres://u@h/db");
        let settings: Settings = load(&postgres(pooled)).expect("the setting is valid");
        assert_eq!(settings.database.connect.pooler, crate::db::Pooler::Transaction);
        let wrong = postgres(Sources::default().with_variable("SYLLABUS_DATABASE_POOLER", "session"));
        let expected = "database.pooler (environment SYLLABUS_DATABASE_POOLER): invalid value \"session\": expected none or transaction";
        assert_eq!(issues_of(&wrong), [expected]);
    }

    #[test]
    fn a_direct_url_requires_a_pooler_and_postgresql() {
        let postgres = Sources::default().with_variable("SYLLABUS_DATABASE_URL", "postgres://u@h:6432/db");
        let alone = postgres.with_variable("SYLLABUS_DATABASE_DIRECT_URL", "postgres://u:hunter2@h/db");
        let expected = "database.direct-url (environment SYLLABUS_DATABASE_DIRECT_URL): requires database.pooler = \"transaction\"";
        assert_eq!(issues_of(&alone), [expected]);
        let both = alone.with_file("syllabus.toml", "[database]\npooler = 'transaction'");
        let settings: Settings = load(&both).expect("the settings are valid");
        let direct = settings.database.connect.direct().expect("it has a direct URL");
        assert_eq!((direct.url.to_string().as_str(), direct.pooler), ("postgres://h:5432/db", crate::db::Pooler::None));
        let file = both.with_variable("SYLLABUS_DATABASE_DIRECT_URL", "sqlite:catalog.db");
        let expected = "database.direct-url (environment SYLLABUS_DATABASE_DIRECT_URL): must begin with postgres:// or postgresql://";
        assert_eq!(issues_of(&file), [expected]);
    }

    #[test]
    fn settings_that_depend_on_an_invalid_one_are_not_reported() {
        for (invalid, dependent) in [
            ("[database]\nurl = 'postgres://u@h1,h2/db'\n", "pooler = 'transaction'"),
            ("[database]\nurl = 'postgres://u@h1,h2/db'\n", "read-urls = ['postgres://u@h/db']"),
            ("[database]\nurl = 'postgres://u@h/db'\npooler = 'yes'\n", "direct-url = 'postgres://u@h/db'"),
            ("[edge]\ncache-tags = 'maybe'\n", "purge-driver = 'varnish'\npurge-urls = 'http://h/'"),
            ("federation = 'maybe'\n", "federation-prefix = 'Catalog'"),
        ] {
            let alone = issues_of(&Sources::default().with_file("syllabus.toml", invalid));
            assert_eq!(alone.len(), 1, "{alone:?}");
            let both = Sources::default().with_file("syllabus.toml", &format!("{invalid}{dependent}"));
            assert_eq!(issues_of(&both), alone, "{dependent}");
        }
    }

    #[test]
    fn several_hosts_require_one_that_accepts_writes() {
        for (key, variable) in
            [("database.url", "SYLLABUS_DATABASE_URL"), ("database.direct-url", "SYLLABUS_DATABASE_DIRECT_URL")]
        {
            let sources = |query: &str| {
                Sources::default()
                    .with_file("syllabus.toml", "[database]\nurl = 'postgres://u@h/db'\npooler = 'transaction'")
                    .with_variable(variable, &format!("postgres://u:hunter2@h1,h2/db{query}"))
            };
            let expected = format!(
                "{key} (environment {variable}): has several hosts, and the first one that answers can be a \
                 standby: append ?target_session_attrs=read-write"
            );
            assert_eq!(issues_of(&sources(""))[0], expected);
            load::<Settings>(&sources("?target_session_attrs=read-write")).expect("the settings are valid");
        }
    }

    #[test]
    fn read_urls_have_one_host_each() {
        let expected = "database.read-urls (environment SYLLABUS_DATABASE_READ_URLS): must have a postgres:// URL with one \
                    host for each replica: write postgres://USER:PASSWORD@HOST1/DATABASE,postgres://USER:PASSWORD@HOST2/DATABASE";
        for urls in [
            "postgres://u:hunter2@h1,h2/db",
            "postgres://u:hunter2@h1/db,sqlite:catalog.db",
            "postgres://u:hunter2@/db?host=h1%2Ch2&target_session_attrs=read-write",
        ] {
            let sources = Sources::default()
                .with_variable("SYLLABUS_DATABASE_URL", "postgres://u@h/db")
                .with_variable("SYLLABUS_DATABASE_READ_URLS", urls);
            assert_eq!(issues_of(&sources), [expected], "{urls}");
        }
    }

    #[test]
    fn unreadable_files_are_reported_with_their_setting() {
        let file = "trusted-documents = 'no/e'\n[tls]\ncert = 'no/a'\nkey = 'no/b'\n\
                    [site]\nstrings = 'no/c'\nstylesheet = 'no/d'";
        let expected =
            ["tls.cert a", "tls.key b", "site.strings c", "site.stylesheet d", "trusted-documents e"].map(|issue| {
                let (key, name) = issue.split_once(' ').expect("it has two parts");
                format!("{key} (file syllabus.toml): cannot read no/{name}: no such file or directory")
            });
        assert_eq!(issues_of(&Sources::default().with_file("syllabus.toml", file)), expected);
    }

    #[test]
    fn synchronous_accepts_two_levels() {
        let sources = Sources::default().with_file("syllabus.toml", "[database]\nsynchronous = 'normal'");
        let settings: Settings = load(&sources).expect("`normal` is a level");
        assert_eq!(settings.database.connect.synchronous, crate::db::Synchronous::Normal);
        let wrong = Sources::default().with_variable("SYLLABUS_DATABASE_SYNCHRONOUS", "off");
        let expected = "database.synchronous (environment SYLLABUS_DATABASE_SYNCHRONOUS): invalid value \"off\": expected full or normal";
        assert_eq!(issues_of(&wrong), [expected]);
    }

    #[test]
    fn the_language_of_the_catalog_is_a_language_tag() {
        let settings: Settings = load(&Sources::default()).expect("the defaults are valid");
        assert_eq!(settings.catalog.language, "en");
        let sources = Sources::default().with_file("syllabus.toml", "[catalog]\nlanguage = 'PT-br'");
        assert_eq!(load::<Settings>(&sources).expect("`PT-br` is a language tag").catalog.language, "pt-BR");
        let wrong = Sources::default().with_variable("SYLLABUS_CATALOG_LANGUAGE", "german");
        let expected = "catalog.language (environment SYLLABUS_CATALOG_LANGUAGE): \
                    is not a language tag: write it like \"en\" or \"pt-BR\": \"german\"";
        assert_eq!(issues_of(&wrong), [expected]);
    }

    #[test]
    fn a_cache_can_be_disabled() {
        let sources = Sources::default().with_variable("SYLLABUS_CACHE_RESPONSES", "0");
        assert_eq!(load::<Settings>(&sources).expect("zero is valid").cache.responses, 0);
    }

    #[test]
    fn pool_defaults_match_the_database() {
        let settings: Settings = load(&Sources::default()).expect("the defaults are valid");
        assert_eq!(settings.database.connect.pool, crate::db::PoolOptions::default());
    }

    #[test]
    fn migrations_require_two_write_connections() {
        let sources = Sources::default().with_file("syllabus.toml", "[database]\nmax-write-connections = 1");
        let expected = "database.max-write-connections (file syllabus.toml): \
                    must be at least 2: a migration needs one connection for its lock";
        assert_eq!(issues_of(&sources), [expected]);
    }

    #[test]
    fn units_are_required_in_all_sources() {
        let sources = Sources::default()
            .with_file("syllabus.toml", "[limits]\nbody-size = 1048576\n[websocket]\ninit-timeout = '3s'")
            .with_variable("SYLLABUS_LIMITS_QUERY_TIMEOUT", "10")
            .with_variable("SYLLABUS_MAX_AGE", "1500ms");
        assert_eq!(
            issues_of(&sources),
            [
                "max-age (environment SYLLABUS_MAX_AGE): must be a whole number of seconds",
                "limits.body-size (file syllabus.toml): missing unit in \"1048576\": \
                 write 1048576B for bytes; the units are B, kB, KiB, MB, MiB, GB and GiB",
                "limits.query-timeout (environment SYLLABUS_LIMITS_QUERY_TIMEOUT): missing unit in \"10\": \
                 write 10s for seconds; the units are ms, s, m, h, d and w",
            ]
        );
    }

    #[test]
    fn the_burst_must_allow_the_maximum_cost() {
        let sources = Sources::default().with_flag(&rate_limit::BURST, "1000");
        let expected = "rate-limit.burst (flag --rate-limit-burst): must be at least limits.cost, 50000";
        assert_eq!(issues_of(&sources), [expected]);
        let smaller = sources.with_variable("SYLLABUS_LIMITS_COST", "1000");
        load::<Settings>(&smaller).expect("the burst allows the maximum cost");
    }

    #[test]
    fn rate_limit_factors_of_networks_tokens_and_subjects_are_accepted() {
        let provider = "[auth]\njwt-issuer = 'https://id.example'\njwt-audience = 'syllabus'\njwt-jwks = 'keys.json'";
        let text = "203.0.113.0/24=10, 2001:db8::/48=2,198.51.100.7 = 3, api_token_ci4tzd=5, subject:a=b=4,";
        let sources =
            Sources::default().with_file("syllabus.toml", provider).with_variable("SYLLABUS_RATE_LIMIT_FACTORS", text);
        let settings: Settings = load(&sources).expect("all of them are clients");
        let factors: Vec<u32> = settings.rate_limit.factors.iter().map(|(_, factor)| factor).collect();
        assert_eq!(factors, [10, 2, 3, 5, 4]);
        assert_eq!(settings.rate_limit.factors.subject(), Some("a=b"));
    }

    #[test]
    fn invalid_rate_limit_factors_name_the_value_and_the_remedy() {
        for (text, reason) in [
            (
                "203.0.113.9",
                r#"invalid entry "203.0.113.9": expected a client and a factor, such as 203.0.113.0/24=10"#,
            ),
            ("203.0.113.9=1", r#"invalid factor "1" of 203.0.113.9: expected a whole number from 2 to 4294967295"#),
            (
                "ada=2",
                "invalid client \"ada\": expected an IP address, a network such as 203.0.113.0/24, the id of an API token \
                 such as api_token_ci4tzd, or subject: and the subject of a JWT",
            ),
            (
                "2001:db8::7=2",
                "invalid client \"2001:db8::7\": a client is a whole /64 network in IPv6, so expected a prefix of up to 64 \
                 bits, such as 2001:db8::/64",
            ),
            ("203.0.113.9=2,203.0.113.9/32=3", r#"repeated client "203.0.113.9/32": remove one of its entries"#),
            ("subject:ada=2", r#"invalid client "subject:ada": requires an identity provider, auth.jwt-issuer"#),
        ] {
            let sources = Sources::default().with_flag(&rate_limit::FACTORS, text);
            assert_eq!(issues_of(&sources), [format!("rate-limit.factors (flag --rate-limit-factors): {reason}")]);
        }
    }

    #[test]
    fn purge_settings_name_those_that_are_missing() {
        let tags = "cache-tags = true\n";
        for (lines, expected) in [
            ("purge-driver = 'varnish'\npurge-urls = 'http://h/'", "purge-driver: requires edge.cache-tags = true"),
            ("purge-driver = 'varnish'\ncache-tags = true", "purge-driver: requires edge.purge-urls"),
            ("purge-urls = 'http://h/'", "purge-urls: requires edge.purge-driver"),
            (
                "purge-driver = 'fastly'\npurge-urls = 'https://h/'\ncache-tags = true",
                "purge-driver: requires edge.purge-token",
            ),
            (
                "purge-driver = 'nginx'\npurge-urls = 'http://h/'\ncache-tags = true",
                "purge-driver: invalid value \"nginx\": expected varnish, fastly or cloudflare",
            ),
            (
                "purge-driver = 'varnish'\npurge-urls = 'h'\ncache-tags = true",
                "purge-urls: invalid URL: expected one like https://learn.example",
            ),
            ("purge-token = 'two words'", "purge-token: must be visible ASCII characters, without spaces"),
            ("shared-max-age = '1500ms'", "shared-max-age: must be a whole number of seconds"),
            (
                "purge-driver = 'varnish'\npurge-urls = 'http://h/'\ncache-tags = true\nsecond-purge-delay = '10s'",
                "second-purge-delay: must be at least 11s, 1s longer than limits.query-timeout",
            ),
        ] {
            let issues = issues_of(&Sources::default().with_file("syllabus.toml", &format!("[edge]\n{lines}")));
            let expected = expected.replacen(':', " (file syllabus.toml):", 1);
            assert_eq!(issues, [format!("edge.{expected}")], "{lines}");
        }
        let whole = "purge-driver = 'cloudflare'\npurge-urls = ['https://a/', 'https://b/']\npurge-token = 'hunter2'";
        let sources = Sources::default().with_file("syllabus.toml", &format!("[edge]\n{tags}{whole}"));
        let settings: Settings = load(&sources).expect("the settings are complete");
        let purge = settings.edge.purge.expect("it purges");
        assert_eq!((purge.driver, purge.urls.len()), (PurgeDriver::Cloudflare, 2));
        assert!(!format!("{purge:?}").contains("hunter2"));
    }

    #[test]
    fn setting_names_are_unique() {
        let mut variables: Vec<String> = Settings::settings().iter().map(|key| key.variable()).collect();
        let count = variables.len();
        variables.sort();
        variables.dedup();
        assert_eq!(variables.len(), count);
    }
}
