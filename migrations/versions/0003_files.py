"""Files, folders, versions and blobs."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    op.create_table('blob',
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('mime', sa.String(length=100), nullable=False),
    sa.Column('width', sa.Integer(), nullable=True),
    sa.Column('height', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_blob'))
    )
    op.create_table('folder',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('key', sa.String(length=400), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['group.id'], name=op.f('fk_folder_group_id_group'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['parent_id'], ['folder.id'], name=op.f('fk_folder_parent_id_folder'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_folder')),
    sa.UniqueConstraint('group_id', 'key', name=op.f('uq_folder_group_id'))
    )
    op.create_index(op.f('ix_folder_parent_id'), 'folder', ['parent_id'], unique=False)
    op.create_table('file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('folder_id', sa.Integer(), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('filename', sa.String(length=255), nullable=False),
    sa.Column('alt', sa.Text(), nullable=False),
    sa.Column('credit', sa.String(length=200), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['folder_id'], ['folder.id'], name=op.f('fk_file_folder_id_folder'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['id'], ['item.id'], name=op.f('fk_file_id_item'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['sha256'], ['blob.sha256'], name=op.f('fk_file_sha256_blob')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_file'))
    )
    op.create_index(op.f('ix_file_folder_id'), 'file', ['folder_id'], unique=False)
    op.create_index(op.f('ix_file_sha256'), 'file', ['sha256'], unique=False)
    op.create_table('file_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('original_sha256', sa.String(length=64), nullable=True),
    sa.Column('filename', sa.String(length=255), nullable=False),
    sa.Column('uploader_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['file.id'], name=op.f('fk_file_version_file_id_file'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['original_sha256'], ['blob.sha256'], name=op.f('fk_file_version_original_sha256_blob')),
    sa.ForeignKeyConstraint(['sha256'], ['blob.sha256'], name=op.f('fk_file_version_sha256_blob')),
    sa.ForeignKeyConstraint(['uploader_id'], ['user.id'], name=op.f('fk_file_version_uploader_id_user'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_file_version')),
    sa.UniqueConstraint('file_id', 'number', name=op.f('uq_file_version_file_id'))
    )
    op.create_index(op.f('ix_file_version_sha256'), 'file_version', ['sha256'], unique=False)
    op.create_index(op.f('ix_file_version_original_sha256'), 'file_version', ['original_sha256'], unique=False)
    op.create_index(op.f('ix_file_version_uploader_id'), 'file_version', ['uploader_id'], unique=False)


def downgrade():
    op.drop_index(op.f('ix_file_version_uploader_id'), table_name='file_version')
    op.drop_index(op.f('ix_file_version_original_sha256'), table_name='file_version')
    op.drop_index(op.f('ix_file_version_sha256'), table_name='file_version')
    op.drop_table('file_version')
    op.drop_index(op.f('ix_file_sha256'), table_name='file')
    op.drop_index(op.f('ix_file_folder_id'), table_name='file')
    op.drop_table('file')
    op.drop_index(op.f('ix_folder_parent_id'), table_name='folder')
    op.drop_table('folder')
    op.drop_table('blob')
