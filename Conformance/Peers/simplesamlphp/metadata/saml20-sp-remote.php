<?php

use SimpleSAML\Metadata\SAMLParser;

// Service providers as their own metadata says: endpoints, certificates, whether they sign requests.
foreach (glob(getenv('PEER_FOLDER') . '/sp/*.xml') as $file) {
    foreach (SAMLParser::parseDescriptorsFile($file) as $entity => $parsed) {
        $provider = $parsed->getMetadata20SP();
        // What is signed is for the knobs to say, and not for `WantAssertionsSigned`.
        unset($provider['saml20.sign.assertion']);
        // The same for the NameID: the knob's, whatever the service provider lists.
        unset($provider['NameIDFormat']);
        $metadata[$entity] = $provider;
    }
}
