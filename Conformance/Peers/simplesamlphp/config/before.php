<?php

// Runs before every script: takes the copy that encrypts with AES-GCM where that is asked for.
require_once __DIR__ . '/knobs.php';
if (peer_knob('enc') === 'gcm') {
    require_once '/usr/share/simplesamlphp/lib/_autoload.php';
    require_once getenv('PEER_FOLDER') . '/EncryptedAssertionGCM.php';
}
