//! The settings of the export of traces.

use url::Url;

use super::value::NonEmptyString;
use super::{Section, Setting, SettingsReader, Value};

const ENDPOINT: Setting = Setting {
    name: "otlp.endpoint",
    placeholder: Some("URL"),
    default: None,
    help: "Send traces to this OpenTelemetry collector, by OTLP over HTTP: http://127.0.0.1:4318",
};

const SERVICE_NAME: Setting = Setting {
    name: "otlp.service-name",
    placeholder: Some("NAME"),
    default: Some("syllabus"),
    help: "Name of this server in traces (service.name)",
};

const SAMPLE_RATIO: Setting = Setting {
    name: "otlp.sample-ratio",
    placeholder: Some("RATIO"),
    default: Some("1"),
    help: "Fraction of the requests to trace, unless the caller decides: 0.1 is one in ten",
};

/// The settings of the export of traces.
#[derive(Clone, Debug)]
pub struct OtlpSettings {
    pub endpoint: Option<Url>,
    pub service_name: String,
    /// From 0 to 1.
    pub sample_ratio: f64,
}

impl Section for OtlpSettings {
    fn settings() -> Vec<&'static Setting> {
        vec![&ENDPOINT, &SERVICE_NAME, &SAMPLE_RATIO]
    }

    fn read(reader: &mut SettingsReader<'_>) -> Self {
        let (NonEmptyString(service_name), Ratio(sample_ratio)) =
            (reader.get(&SERVICE_NAME), reader.get(&SAMPLE_RATIO));
        Self { endpoint: reader.optional(&ENDPOINT), service_name, sample_ratio }
    }
}

struct Ratio(f64);

impl Value for Ratio {
    fn parse(text: &str) -> Result<Self, String> {
        let ratio = text.trim().parse().ok().filter(|ratio| (0.0..=1.0).contains(ratio));
        ratio.map(Self).ok_or_else(|| format!("invalid ratio {text:?}: expected a number from 0 to 1"))
    }
}
