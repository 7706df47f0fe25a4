<?php

use SAML2\Constants;

require_once __DIR__ . '/../config/knobs.php';

$sign = peer_knob('sign');
$also = peer_knob('also');
$slo = ['redirect' => [Constants::BINDING_HTTP_REDIRECT], 'post' => [Constants::BINDING_HTTP_POST]];
$digests = [
    'sha1' => 'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
    'sha256' => 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    'sha512' => 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
];
$formats = [
    'email' => Constants::NAMEID_EMAIL_ADDRESS,
    'persistent' => Constants::NAMEID_PERSISTENT,
    'transient' => Constants::NAMEID_TRANSIENT,
    'unspecified' => Constants::NAMEID_UNSPECIFIED,
];
$format = $formats[peer_knob('nameid')];
$nameID = ['class' => 'saml:AttributeNameID', 'attribute' => 'mail', 'Format' => $format];
if ($format === Constants::NAMEID_PERSISTENT) {
    $nameID = ['class' => 'saml:PersistentNameID', 'attribute' => 'uid'];
} elseif ($format === Constants::NAMEID_TRANSIENT) {
    $nameID = ['class' => 'saml:TransientNameID'];
}

$metadata[getenv('PEER_URL') . '/saml'] = [
    'host' => '__DEFAULT__',
    'auth' => 'people',
    'privatekey' => 'idp-' . peer_knob('key') . '.key',
    'certificate' => 'idp-' . peer_knob('key') . '.crt',
    'signature.algorithm' => $digests[peer_knob('digest')],
    'saml20.sign.response' => in_array($sign, ['response', 'both'], true),
    'saml20.sign.assertion' => in_array($sign, ['assertion', 'both'], true),
    'assertion.encryption' => peer_knob('enc') !== 'none',
    'NameIDFormat' => $format,
    'authproc' => [3 => $nameID],
    'sign.logout' => true,
    'validate.logout' => true,
    'SingleLogoutServiceBinding' => $slo[peer_knob('slo')] ?? [],
] + ($also === 'none' || $also === '' ? [] : ['new_certificate' => "idp-$also.crt"]);
