#include "CWebAssets.h"

// #embed is C23; clang offers it in every mode and warns. A pragma keeps the package free of unsafe flags, which would
// bar it from being a dependency.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char vestibuleCSS[] = {
#embed "assets/static/vestibule.css"
};
static const unsigned char vestibuleJS[] = {
#embed "assets/static/vestibule.js"
};
static const unsigned char accessDeniedTemplate[] = {
#embed "assets/templates/access-denied.mustache"
};
static const unsigned char accessRequestedTemplate[] = {
#embed "assets/templates/access-requested.mustache"
};
static const unsigned char askTemplate[] = {
#embed "assets/templates/ask.mustache"
};
static const unsigned char autoPostTemplate[] = {
#embed "assets/templates/auto-post.mustache"
};
static const unsigned char breakGlassTemplate[] = {
#embed "assets/templates/break-glass.mustache"
};
static const unsigned char checkMailTemplate[] = {
#embed "assets/templates/check-mail.mustache"
};
static const unsigned char choiceTemplate[] = {
#embed "assets/templates/choice.mustache"
};
static const unsigned char chooseTemplate[] = {
#embed "assets/templates/choose.mustache"
};
static const unsigned char closedTemplate[] = {
#embed "assets/templates/closed.mustache"
};
static const unsigned char errorTemplate[] = {
#embed "assets/templates/error.mustache"
};
static const unsigned char identifyTemplate[] = {
#embed "assets/templates/identify.mustache"
};
static const unsigned char layoutTemplate[] = {
#embed "assets/templates/layout.mustache"
};
static const unsigned char offerTemplate[] = {
#embed "assets/templates/offer.mustache"
};
static const unsigned char signOutTemplate[] = {
#embed "assets/templates/sign-out.mustache"
};
static const unsigned char signedInTemplate[] = {
#embed "assets/templates/signed-in.mustache"
};
static const unsigned char signedOutTemplate[] = {
#embed "assets/templates/signed-out.mustache"
};
static const unsigned char supportTemplate[] = {
#embed "assets/templates/support.mustache"
};
static const unsigned char testedTemplate[] = {
#embed "assets/templates/tested.mustache"
};
static const unsigned char unsavedTemplate[] = {
#embed "assets/templates/unsaved.mustache"
};

#define ASSET(NAME, BYTES, TYPE) {NAME, BYTES, sizeof(BYTES), TYPE}

static const CWebAsset assets[] = {
    ASSET("static/vestibule.css", vestibuleCSS, "text/css; charset=utf-8"),
    ASSET("static/vestibule.js", vestibuleJS, "text/javascript; charset=utf-8"),
    ASSET("templates/access-denied.mustache", accessDeniedTemplate, "text/plain; charset=utf-8"),
    ASSET("templates/access-requested.mustache", accessRequestedTemplate, "text/plain; charset=utf-8"),
    ASSET("templates/ask.mustache", askTemplate, "text/plain; charset=utf-8"),
    ASSET("templates/auto-post.mustache", autoPostTemplate, "text/plain; charset=utf-8"),
    ASSET("templates/break-glass.mustache", breakGlassTemplate, "text/plain; charset=utf-8"),
    ASSET("templates/check-mail.mustache", checkMailTemplate, "text/plain; charset=utf-8"),
    ASSET("templates/choice.mustache", choiceTemplate, "text/plain; charset=utf-8"),
    ASSET("templates/choose.mustache", chooseTemplate, "text/plain; charset=utf-8"),
    ASSET("templates/closed.mustache", closedTemplate, "text/plain; charset=utf-8"),
    ASSET("templates/error.mustache", errorTemplate, "text/plain; charset=utf-8"),
    ASSET("templates/identify.mustache", identifyTemplate, "text/plain; charset=utf-8"),
    ASSET("templates/layout.mustache", layoutTemplate, "text/plain; charset=utf-8"),
    ASSET("templates/offer.mustache", offerTemplate, "text/plain; charset=utf-8"),
    ASSET("templates/sign-out.mustache", signOutTemplate, "text/plain; charset=utf-8"),
    ASSET("templates/signed-in.mustache", signedInTemplate, "text/plain; charset=utf-8"),
    ASSET("templates/signed-out.mustache", signedOutTemplate, "text/plain; charset=utf-8"),
    ASSET("templates/support.mustache", supportTemplate, "text/plain; charset=utf-8"),
    ASSET("templates/tested.mustache", testedTemplate, "text/plain; charset=utf-8"),
    ASSET("templates/unsaved.mustache", unsavedTemplate, "text/plain; charset=utf-8"),
};

size_t CWebAssetCount(void) { return sizeof(assets) / sizeof(assets[0]); }

const CWebAsset *CWebAssetAt(size_t index) { return index < CWebAssetCount() ? &assets[index] : NULL; }
