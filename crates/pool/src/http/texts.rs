//! The words of the pages, in the languages that are built.

use http::{HeaderMap, header};

use super::site;
use crate::password::Weakness;

/// The words of the pages in one language.
#[derive(Debug)]
pub(crate) struct Texts {
    /// The language's tag.
    pub(crate) language: &'static str,
    pub(crate) sign_in: &'static str,
    pub(crate) signing_in_to: &'static str,
    pub(crate) returns_to: &'static str,
    pub(crate) username: &'static str,
    pub(crate) password: &'static str,
    pub(crate) cancel: &'static str,
    pub(crate) wrong: &'static str,
    pub(crate) locked: &'static str,
    pub(crate) expired: &'static str,
    pub(crate) stale: &'static str,
    pub(crate) choose: &'static str,
    pub(crate) choose_why: &'static str,
    pub(crate) new_password: &'static str,
    pub(crate) new_password_again: &'static str,
    pub(crate) at_least: &'static str,
    pub(crate) continue_: &'static str,
    pub(crate) not_the_same: &'static str,
    pub(crate) bad_attribute: &'static str,
    too_short: &'static str,
    no_uppercase: &'static str,
    no_lowercase: &'static str,
    no_number: &'static str,
    no_symbol: &'static str,
    other_weakness: &'static str,
    pub(crate) wrong_turn: &'static str,
    pub(crate) unknown_client: &'static str,
    pub(crate) redirect_mismatch: &'static str,
    pub(crate) bad_request: &'static str,
    pub(crate) go_back: &'static str,
}

impl Texts {
    /// What a password lacks.
    pub(crate) const fn weak(&self, weakness: Weakness) -> &'static str {
        match weakness {
            Weakness::Short => self.too_short,
            Weakness::NoUppercase => self.no_uppercase,
            Weakness::NoLowercase => self.no_lowercase,
            Weakness::NoNumber => self.no_number,
            Weakness::NoSymbol => self.no_symbol,
            Weakness::OuterSpace | Weakness::Long => self.other_weakness,
        }
    }
}

static ENGLISH: Texts = Texts {
    language: "en",
    sign_in: "Sign in",
    signing_in_to: "You are signing in to",
    returns_to: "Afterwards you return to",
    username: "User name or e-mail",
    password: "Password",
    cancel: "Cancel",
    wrong: "Incorrect username or password.",
    locked: "Too many attempts. Wait a little, then try again.",
    expired: "Your temporary password has expired. Ask the people who gave it to you for a new one.",
    stale: "This page was open for too long, or came from elsewhere. Please sign in again.",
    choose: "Choose a new password",
    choose_why: "Your password was a temporary one. Choose your own to go on.",
    new_password: "New password",
    new_password_again: "New password, again",
    at_least: "Characters, at least",
    continue_: "Continue",
    not_the_same: "The two passwords are not the same.",
    bad_attribute: "One of the values is missing or cannot be used.",
    too_short: "The password is too short.",
    no_uppercase: "The password needs an upper-case letter.",
    no_lowercase: "The password needs a lower-case letter.",
    no_number: "The password needs a digit.",
    no_symbol: "The password needs a symbol.",
    other_weakness: "The password cannot be used.",
    wrong_turn: "This sign-in cannot be started",
    unknown_client: "The application that sent you here is not known.",
    redirect_mismatch: "The application that sent you here asks to be answered at an address that is not registered.",
    bad_request: "The link that brought you here is not complete.",
    go_back: "Go back to where you came from and start again. If it happens again, tell the people who run it.",
};

static GERMAN: Texts = Texts {
    language: "de",
    sign_in: "Anmelden",
    signing_in_to: "Sie melden sich an bei",
    returns_to: "Danach geht es zurück zu",
    username: "Benutzername oder E-Mail",
    password: "Passwort",
    cancel: "Abbrechen",
    wrong: "Benutzername oder Passwort ist falsch.",
    locked: "Zu viele Versuche. Warten Sie etwas und versuchen Sie es dann noch einmal.",
    expired: "Ihr vorläufiges Passwort ist abgelaufen. Lassen Sie sich ein neues geben.",
    stale: "Diese Seite war zu lange offen oder kam von anderswo. Bitte melden Sie sich noch einmal an.",
    choose: "Neues Passwort wählen",
    choose_why: "Ihr Passwort war vorläufig. Wählen Sie ein eigenes, um fortzufahren.",
    new_password: "Neues Passwort",
    new_password_again: "Neues Passwort, noch einmal",
    at_least: "Zeichen, mindestens",
    continue_: "Weiter",
    not_the_same: "Die beiden Passwörter sind nicht gleich.",
    bad_attribute: "Eine der Angaben fehlt oder ist nicht brauchbar.",
    too_short: "Das Passwort ist zu kurz.",
    no_uppercase: "Dem Passwort fehlt ein Großbuchstabe.",
    no_lowercase: "Dem Passwort fehlt ein Kleinbuchstabe.",
    no_number: "Dem Passwort fehlt eine Ziffer.",
    no_symbol: "Dem Passwort fehlt ein Sonderzeichen.",
    other_weakness: "Das Passwort ist nicht brauchbar.",
    wrong_turn: "Diese Anmeldung kann nicht beginnen",
    unknown_client: "Die Anwendung, von der Sie kommen, ist nicht bekannt.",
    redirect_mismatch: "Die Anwendung, von der Sie kommen, will die Antwort an eine Adresse, die nicht hinterlegt ist.",
    bad_request: "Der Link, der Sie hierher führte, ist nicht vollständig.",
    go_back: "Gehen Sie zurück und beginnen Sie von vorn. Geschieht es wieder, sagen Sie es dem Betreiber.",
};

static SPANISH: Texts = Texts {
    language: "es",
    sign_in: "Iniciar sesión",
    signing_in_to: "Va a iniciar sesión en",
    returns_to: "Después volverá a",
    username: "Nombre de usuario o correo electrónico",
    password: "Contraseña",
    cancel: "Cancelar",
    wrong: "El nombre de usuario o la contraseña no son correctos.",
    locked: "Demasiados intentos. Espere un poco e inténtelo de nuevo.",
    expired: "Su contraseña temporal ha caducado. Pida una nueva a quien se la dio.",
    stale: "Esta página estuvo abierta demasiado tiempo o vino de otro lugar. Inicie sesión de nuevo.",
    choose: "Elija una contraseña nueva",
    choose_why: "Su contraseña era temporal. Elija una propia para continuar.",
    new_password: "Contraseña nueva",
    new_password_again: "Contraseña nueva, otra vez",
    at_least: "Caracteres, como mínimo",
    continue_: "Continuar",
    not_the_same: "Las dos contraseñas no son iguales.",
    bad_attribute: "Falta un dato o no se puede usar.",
    too_short: "La contraseña es demasiado corta.",
    no_uppercase: "A la contraseña le falta una mayúscula.",
    no_lowercase: "A la contraseña le falta una minúscula.",
    no_number: "A la contraseña le falta una cifra.",
    no_symbol: "A la contraseña le falta un símbolo.",
    other_weakness: "La contraseña no se puede usar.",
    wrong_turn: "No se puede iniciar esta sesión",
    unknown_client: "La aplicación que le envió aquí no se conoce.",
    redirect_mismatch: "La aplicación que le envió aquí pide la respuesta en una dirección que no está registrada.",
    bad_request: "El enlace que le trajo aquí no está completo.",
    go_back: "Vuelva atrás y empiece de nuevo. Si ocurre otra vez, avise a los responsables.",
};

static FRENCH: Texts = Texts {
    language: "fr",
    sign_in: "Se connecter",
    signing_in_to: "Vous vous connectez à",
    returns_to: "Ensuite, vous revenez à",
    username: "Nom d’utilisateur ou e-mail",
    password: "Mot de passe",
    cancel: "Annuler",
    wrong: "Le nom d’utilisateur ou le mot de passe est incorrect.",
    locked: "Trop d’essais. Attendez un peu, puis réessayez.",
    expired: "Votre mot de passe temporaire a expiré. Demandez-en un nouveau.",
    stale: "Cette page est restée ouverte trop longtemps ou vient d’ailleurs. Connectez-vous de nouveau.",
    choose: "Choisissez un nouveau mot de passe",
    choose_why: "Votre mot de passe était temporaire. Choisissez le vôtre pour continuer.",
    new_password: "Nouveau mot de passe",
    new_password_again: "Nouveau mot de passe, encore une fois",
    at_least: "Caractères, au moins",
    continue_: "Continuer",
    not_the_same: "Les deux mots de passe sont différents.",
    bad_attribute: "Une valeur manque ou ne peut pas être utilisée.",
    too_short: "Le mot de passe est trop court.",
    no_uppercase: "Il manque une majuscule au mot de passe.",
    no_lowercase: "Il manque une minuscule au mot de passe.",
    no_number: "Il manque un chiffre au mot de passe.",
    no_symbol: "Il manque un symbole au mot de passe.",
    other_weakness: "Ce mot de passe ne peut pas être utilisé.",
    wrong_turn: "Cette connexion ne peut pas commencer",
    unknown_client: "L’application qui vous envoie n’est pas connue.",
    redirect_mismatch: "L’application qui vous envoie demande une réponse à une adresse qui n’est pas enregistrée.",
    bad_request: "Le lien qui vous a amené ici n’est pas complet.",
    go_back: "Revenez en arrière et recommencez. Si cela se reproduit, prévenez les responsables.",
};

/// The words in the language that the request, an earlier request or the browser asks for.
pub(crate) fn choose(
    wanted: Option<&str>,
    remembered: Option<&str>,
    headers: &HeaderMap,
) -> &'static Texts {
    let accepted = site::text(headers, &header::ACCEPT_LANGUAGE).unwrap_or_default();
    let accepted = accepted
        .split(',')
        .map(|part| part.split(';').next().unwrap_or_default());
    wanted
        .into_iter()
        .chain(remembered)
        .chain(accepted)
        .find_map(|tag| {
            let language = tag.trim().split(['-', '_']).next().unwrap_or_default();
            [&ENGLISH, &GERMAN, &SPANISH, &FRENCH]
                .into_iter()
                .find(|texts| language.eq_ignore_ascii_case(texts.language))
        })
        .unwrap_or(&ENGLISH)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn the_request_goes_before_the_cookie_and_the_browser() {
        let mut headers = HeaderMap::new();
        let language =
            |wanted, remembered, headers: &HeaderMap| choose(wanted, remembered, headers).language;
        assert_eq!(language(None, None, &headers), "en");
        headers.insert(
            header::ACCEPT_LANGUAGE,
            HeaderValue::from_static("ja, fr-CA;q=0.8, en"),
        );
        assert_eq!(language(None, None, &headers), "fr");
        assert_eq!(language(None, Some("es"), &headers), "es");
        assert_eq!(language(Some("de-AT"), Some("es"), &headers), "de");
        assert_eq!(language(Some("<script>"), None, &headers), "fr");
    }
}
