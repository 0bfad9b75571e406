//! Where traces are sent.

use url::Url;

use super::value::Text;
use super::{Key, Reader, Section, Value};

const ENDPOINT: Key = Key {
    name: "otlp.endpoint",
    placeholder: Some("URL"),
    default: None,
    help: "Send traces to this OpenTelemetry collector, by OTLP over HTTP: http://127.0.0.1:4318",
};

const SERVICE: Key = Key {
    name: "otlp.service-name",
    placeholder: Some("NAME"),
    default: Some("syllabus"),
    help: "What this server is called in traces (service.name)",
};

const SAMPLE: Key = Key {
    name: "otlp.sample-ratio",
    placeholder: Some("RATIO"),
    default: Some("1"),
    help: "Which part of the requests is traced that no caller has decided on: 0.1 is one in ten",
};

/// Where traces are sent.
#[derive(Clone, Debug)]
pub struct Otlp {
    pub endpoint: Option<Url>,
    pub service: String,
    /// From 0 to 1.
    pub sample: f64,
}

impl Section for Otlp {
    fn keys() -> Vec<&'static Key> {
        vec![&ENDPOINT, &SERVICE, &SAMPLE]
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        let (Text(service), Ratio(sample)) = (reader.get(&SERVICE), reader.get(&SAMPLE));
        Self { endpoint: reader.optional(&ENDPOINT), service, sample }
    }
}

struct Ratio(f64);

impl Value for Ratio {
    fn parse(text: &str) -> Result<Self, String> {
        let ratio = text.trim().parse().ok().filter(|ratio| (0.0..=1.0).contains(ratio));
        ratio.map(Self).ok_or_else(|| format!("is no number from 0 to 1: {text:?}"))
    }
}
