<?php

$folder = getenv('PEER_FOLDER');
$url = getenv('PEER_URL');
$secure = str_starts_with($url, 'https:');

$config = [
    'baseurlpath' => $url . '/simplesaml/',
    'certdir' => $folder . '/keys/',
    'loggingdir' => $folder . '/log/',
    'datadir' => $folder . '/data/',
    'tempdir' => $folder . '/tmp',
    'metadatadir' => getenv('PEER_METADATA'),
    'metadata.sources' => [['type' => 'flatfile']],
    'metadata.sign.enable' => false,
    'admin.protectmetadata' => false,
    'secretsalt' => hash_file('sha256', $folder . '/keys/idp-1.key'),
    'auth.adminpassword' => hash_file('sha256', $folder . '/keys/idp-2.key'),
    'technicalcontact_name' => 'Nobody',
    'technicalcontact_email' => 'na@example.org',
    'timezone' => 'UTC',
    'language.default' => 'en',
    'logging.level' => SimpleSAML\Logger::INFO,
    'logging.handler' => 'file',
    'logging.logfile' => 'simplesamlphp.log',
    'enable.saml20-idp' => true,
    'module.enable' => ['core' => true, 'saml' => true, 'exampleauth' => true],
    'store.type' => 'phpsession',
    'session.phpsession.savepath' => $folder . '/sessions',
    'session.phpsession.httponly' => true,
    'session.cookie.secure' => $secure,
    // As a real one must be set, or a request that is posted from another site finds no session.
    'session.cookie.samesite' => $secure ? 'None' : null,
];
