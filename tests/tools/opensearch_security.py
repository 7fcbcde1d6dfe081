"""Certificates, settings and users for a node with authentication over TLS.

The server's own security plugin checks them. openssl makes the certificates. All files
are in one folder.
"""

from __future__ import annotations

import json
import ssl
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_PLUGIN = "org.opensearch.security.OpenSearchSecurityPlugin"
_AUTHENTICATION = {
    "basic": {
        "http_enabled": True,
        "order": 0,
        "http_authenticator": {"type": "basic", "challenge": True},
        "authentication_backend": {"type": "intern"},
    }
}
_EMPTY = {
    "roles": "roles",
    "roles_mapping": "rolesmapping",
    "internal_users": "internalusers",
    "action_groups": "actiongroups",
    "tenants": "tenants",
    "nodes_dn": "nodesdn",
}
"""The plugin's settings files, and the kind of records of each; all are empty."""


class Security:
    """Settings for a node that authenticates users by name and password, over TLS.

    The node's certificate is for `localhost`, signed by `authority`. `context` is for
    requests of an administrator, authenticated by a certificate.
    """

    def __init__(self, folder: Path, plugin: Path) -> None:
        """Make it in *folder* of the archive of the plugin.

        Raises:
            FileNotFoundError: There is no openssl, or no such archive.
        """
        self.host = "localhost"
        self.authority = folder / "authority.pem"
        self._folder = folder
        issue = ("-addext", "keyUsage=critical,keyCertSign")
        _certificate(folder, "authority", issue)
        signed = ("-CA", self.authority, "-CAkey", folder / "authority.key")
        for name in ("node", "admin"):
            subject = ("-addext", f"subjectAltName=DNS:{self.host}")
            uses = ("-addext", "extendedKeyUsage=serverAuth,clientAuth")
            leaf = ("-addext", "basicConstraints=critical,CA:FALSE")
            _certificate(folder, name, (*signed, *subject, *uses, *leaf))
        with zipfile.ZipFile(plugin) as archive:
            jars = [name for name in archive.namelist() if name.endswith(".jar")]
            archive.extractall(folder / "plugin", jars)
            archive.extractall(folder, ["config/allowlist.yml", "config/audit.yml"])
        self._configure(folder / "config")
        self.context = ssl.create_default_context(cafile=self.authority)
        self.context.load_cert_chain(folder / "admin.pem", folder / "admin.key")

    @staticmethod
    def _configure(folder: Path) -> None:
        dynamic = {
            "http": {"anonymous_auth_enabled": False},
            "authc": _AUTHENTICATION,
        }
        for name, kind in {"config": "config", **_EMPTY}.items():
            record: dict[str, Any] = {"_meta": {"type": kind, "config_version": 2}}
            if name == "config":
                record["config"] = {"dynamic": dynamic}
            # JSON is valid YAML.
            text = json.dumps(record)
            (folder / f"{name}.yml").write_text(text, encoding="utf-8")

    @property
    def jars(self) -> str:
        """The plugin, as a part of a class path."""
        return str(self._folder / "plugin" / "*")

    @property
    def java(self) -> list[str]:
        """The options of Java."""
        config = self._folder / "config"
        return [f"-Dplugin={_PLUGIN}", f"-Dsecurity.default_init.dir={config}"]

    @property
    def settings(self) -> list[str]:
        """The settings of the node, each as `name=value`."""
        settings = {
            "allow_default_init_securityindex": "true",
            "authcz.admin_dn": "CN=admin",
            "nodes_dn": "CN=node",
            "ssl.http.enabled": "true",
            "ssl.transport.enforce_hostname_verification": "false",
        }
        for layer in ("http", "transport"):
            settings |= {
                f"ssl.{layer}.pemcert_filepath": str(self._folder / "node.pem"),
                f"ssl.{layer}.pemkey_filepath": str(self._folder / "node.key"),
                f"ssl.{layer}.pemtrustedcas_filepath": str(self.authority),
            }
        return [f"plugins.security.{name}={value}" for name, value in settings.items()]


def _certificate(folder: Path, name: str, options: Sequence[str | Path]) -> None:
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", f"/CN={name}"]
    command += ["-keyout", f"{folder / name}.key", "-out", f"{folder / name}.pem"]
    subprocess.run([*command, *options], check=True, capture_output=True)
