//! OpenID Connect as values.
