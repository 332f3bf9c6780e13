-- How deletions of instances were answered stood under no instance, where nothing could forget it.
DELETE FROM client_tokens WHERE instance = '';
