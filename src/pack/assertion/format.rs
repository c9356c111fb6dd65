//! The formats of text that are asserted, and the names by which a schema asks for them.

use crate::evidence::{Day, Length, Moment};
use crate::pack::Format;

/// The formats by their names in a schema.
pub(crate) const FORMATS: [(&str, Format); 8] = [
    ("date-time", Format::DateTime),
    ("date", Format::Date),
    ("time", Format::Time),
    ("duration", Format::Duration),
    ("email", Format::Email),
    ("uri", Format::Uri),
    ("uuid", Format::Uuid),
    ("sha256", Format::Sha256),
];

/// Tells whether a text is in a format.
pub(crate) fn is_in_format(format: Format, text: &str) -> bool {
    match format {
        Format::DateTime => Moment::parse(text).is_some(),
        Format::Date => Day::parse(text).is_some(),
        // A time is the second half of a date-time; a leap second is one on the last day of a year.
        Format::Time => ["2000-12-31T", "2000-01-01T"].iter().any(|day| Moment::parse(&[day, text].concat()).is_some()),
        Format::Duration => Length::parse(text).is_some(),
        Format::Email => is_email(text),
        Format::Uri => is_uri(text),
        Format::Uuid => is_uuid(text),
        Format::Sha256 => text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()),
    }
}

/// Tells whether a text is `local@domain` as RFC 5321 has it, without comments and quoted parts.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let is_atom = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte))
    };
    let is_label = |part: &str| {
        let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (1..=63).contains(&part.len()) && part.bytes().all(is_inner) && !part.starts_with('-') && !part.ends_with('-')
    };
    local.len() <= 64 && domain.len() <= 255 && local.split('.').all(is_atom) && domain.split('.').all(is_label)
}

/// Tells whether a text is a URI with a scheme, of the characters that RFC 3986 allows.
fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte);
    let is_escaped = |after: &str| after.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
    let mut fragments = rest.split('#');
    let (path, has_one_fragment) = (fragments.next().unwrap_or_default(), fragments.nth(1).is_none());
    let path = path.split('?').next().unwrap_or_default();
    let is_authority =
        path.strip_prefix("//").is_none_or(|after| is_authority(after.split('/').next().unwrap_or_default()));
    // Brackets stand round the address of a host only.
    let after_host = path.strip_prefix("//").map_or(path, |after| after.split_once('/').map_or("", |(_, path)| path));
    is_scheme
        && has_one_fragment
        && rest.bytes().all(is_allowed)
        && rest.split('%').skip(1).all(is_escaped)
        && is_authority
        && !after_host.contains(['[', ']'])
}

fn is_authority(text: &str) -> bool {
    let (user, host) = text.rsplit_once('@').unwrap_or(("", text));
    let (name, port) = match host.strip_prefix('[').and_then(|host| host.split_once(']')) {
        Some((address, port)) if address.contains(':') => (String::new(), port.to_owned()),
        Some(_) => return false,
        None => host
            .split_once(':')
            .map_or((host.to_owned(), String::new()), |(name, port)| (name.to_owned(), format!(":{port}"))),
    };
    let is_port =
        port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()));
    is_port && !name.contains(['[', ']', ':']) && !user.contains(['[', ']'])
}

fn is_uuid(text: &str) -> bool {
    let is_part =
        |(part, length): (&str, usize)| part.len() == length && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.split('-').count() == 5 && text.split('-').zip([8, 4, 4, 4, 12]).all(is_part)
}
